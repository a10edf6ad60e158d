"""The plain form of entry, its conflict page, last year's lines, and the unit's own workbook."""

import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from apps.accounts.tests.factories import client_of
from apps.budget import services
from apps.budget.models import BudgetSheet
from apps.budget.selectors.entry import WRITTEN, entry_rows
from apps.budget.services.imports import ImportOrder
from apps.budget.template import CODES_SHEET, KINDS
from apps.budget.tests.factories import SYSTEM, UP, World, clerk_of, fresh, line, make_sheet
from apps.codes.models import Code
from apps.codes.tests.factories import make_codes
from imbudget.kit.errors import RuleViolation
from imbudget.kit.testing import html

pytestmark = pytest.mark.django_db


def plain_post(sheet: BudgetSheet, **changes: str) -> dict[str, str]:
    """What the plain form sends of the lines that it shows."""
    rows = entry_rows(sheet)
    data = {"version": str(sheet.version), "lines-TOTAL_FORMS": str(len(rows)), "lines-INITIAL_FORMS": str(len(rows))}
    for number, row in enumerate(rows):
        data |= {f"lines-{number}-{name}": value for name, value in row.values.items()}
        data |= {f"lines-{number}-pk": str(row.pk), f"lines-{number}-base": row.stamp}
    return data | {name.replace("__", "-"): value for name, value in changes.items()}


def edit(sheet: BudgetSheet) -> str:
    return reverse("budget:sheet_edit", args=[sheet.pk])


def test_the_plain_form_shows_and_saves_pages_of_lines(world: World, monkeypatch):
    monkeypatch.setattr("apps.budget.views.entry.PAGE_ROWS", 3)
    lines = [line(world.codes, f"{number}.00") for number in range(1, 8)]
    client, sheet = client_of("unit_clerk", world.unit), make_sheet(world.codes, world.unit, lines)
    response = client.get(f"{edit(sheet)}?plain&page=2")
    forms = response.context_data["lines"]
    assert [form.initial.get("amount") for form in forms][:4] == [Decimal(4), Decimal(5), Decimal(6), None]
    data = {"version": str(sheet.version), "lines-TOTAL_FORMS": "4", "lines-INITIAL_FORMS": "3"}
    for number, form in enumerate(list(forms)[:4]):
        data |= {
            f"lines-{number}-{name}": str(form.initial.get(name) or "") for name in (*WRITTEN, "pk", "base", "key")
        }
    data |= {"lines-0-amount": "44", "lines-2-DELETE": "on"}
    data |= {
        f"lines-3-{name}": value for name, value in {"function": "2010102", "department_economic": "30201"}.items()
    }
    data |= {"lines-3-fund": "111", "lines-3-amount": "5.50"}
    for _ in range(2):  # pressed twice, or sent again by the browser: written once
        assert client.post(edit(sheet), data).status_code == 302
    amounts = list(sheet.lines.order_by("number").values_list("number", "amount"))
    expected = ["1", "2", "3", "44", "5", "5.50", "7"]
    assert amounts == [(number, Decimal(text)) for number, text in enumerate(expected, 1)]


def test_the_grid_page_holds_the_lines_and_leads_to_the_plain_form(world: World):
    client, sheet = client_of("unit_clerk", world.unit), make_sheet(world.codes, world.unit)
    response = client.get(edit(sheet))
    assert [row[2:6] for row in response.context_data["grid"]["rows"]] == [
        ["50101", "2010101", "30101", "111"],
        ["50201", "2010101", "30201", "111"],
    ]
    assert "?plain" in html.links(response)
    assert reverse("budget:sheet_template", args=[sheet.pk]) in html.links(response)


def test_without_script_a_conflict_is_a_page_with_a_choice(world: World):
    """Mine or theirs for the line in question; what else was written is saved with it."""
    client, sheet = client_of("unit_clerk", world.unit), make_sheet(world.codes, world.unit)
    first, second = entry_rows(sheet)
    mine = plain_post(sheet, **{"lines-0-amount": "7", "lines-1-amount": "8"})
    theirs = plain_post(sheet, **{"lines-0-amount": "9"})
    assert client_of("unit_clerk", world.unit).post(edit(sheet), theirs).status_code == 302
    response = client.post(edit(sheet), mine)
    assert response.status_code == 409
    text = html.text(response)
    assert "7.00" in text
    assert "9.00" in text
    conflict = response.context_data["conflicts"][0]
    chosen = mine | {"version": "3", f"choose-{first.pk}": "theirs", f"now-{first.pk}": conflict["stamp"]}
    assert client.post(edit(sheet), chosen).status_code == 302
    assert [row.values["amount"] for row in entry_rows(sheet)] == ["9.00", "8.00"]
    again = mine | {"version": "4", f"choose-{first.pk}": "mine", f"now-{first.pk}": conflict["stamp"]}
    assert client.post(edit(sheet), again).status_code == 302
    assert [row.values["amount"] for row in entry_rows(sheet)] == ["7.00", "8.00"]


def test_a_choice_made_once_is_kept_while_another_line_is_asked_about(world: World):
    client, sheet = client_of("unit_clerk", world.unit), make_sheet(world.codes, world.unit)
    other = client_of("unit_clerk", world.unit)
    mine = plain_post(sheet, **{"lines-0-amount": "7", "lines-1-amount": "8"})
    other.post(edit(sheet), plain_post(sheet, **{"lines-0-amount": "9"}))
    (first,) = client.post(edit(sheet), mine).context_data["conflicts"]
    chosen = mine | {f"choose-{first['name']}": "mine", f"now-{first['name']}": first["stamp"]}
    other.post(edit(sheet), plain_post(fresh(sheet), **{"lines-1-amount": "5"}))
    response = client.post(edit(sheet), chosen)
    (second,) = response.context_data["conflicts"]
    assert second["name"] != first["name"]
    again = dict(response.context_data["kept"]) | {"version": str(response.context_data["version"])}
    again |= {f"choose-{second['name']}": "theirs", f"now-{second['name']}": second["stamp"]}
    assert client.post(edit(sheet), again).status_code == 302
    assert [row.values["amount"] for row in entry_rows(sheet)] == ["7.00", "5.00"]


def test_a_plain_save_that_touches_nothing_of_others_is_merged_and_says_so(world: World):
    client, sheet = client_of("unit_clerk", world.unit), make_sheet(world.codes, world.unit)
    mine, theirs = plain_post(sheet, **{"lines-0-amount": "7"}), plain_post(sheet, **{"lines-1-amount": "8"})
    client_of("unit_clerk", world.unit).post(edit(sheet), theirs)
    client.cookies["django_language"] = "en"
    response = client.post(edit(sheet), mine, follow=True)
    assert [row.values["amount"] for row in entry_rows(sheet)] == ["7.00", "8.00"]
    assert len(list(response.context["messages"])) == 2


# --- last year ---


@pytest.fixture
def last_year(world: World) -> Any:
    """The classification of the year before, and the unit's accepted sheet in it."""
    codes = make_codes(world.codes.year - 1)
    lines = [
        line(codes, "80.00", note="说明"),
        line(codes, "20.00", department_economic=codes.office, project_name="校舍维修", kind="project"),
        line(codes, "5.00", department_economic=codes.office, project_name="校舍维修", kind="project"),
    ]
    return make_sheet(codes, world.unit, lines, state="accepted", year=codes.year)


def this_year(world: World) -> BudgetSheet:
    return services.open_sheet(clerk_of(world.unit), world.unit, world.codes.year, UP)


def figures(sheet: BudgetSheet) -> list[tuple[str, str, str, str]]:
    names = ("amount", "prior_approved", "prior_executed", "project_name")
    return [tuple(row.values[name] for name in names) for row in entry_rows(sheet)]


def test_an_empty_sheet_begins_with_last_years_lines(world: World, last_year: BudgetSheet):
    sheet = this_year(world)
    report = services.copy_from_last_year(clerk_of(world.unit), sheet)
    assert (report.source, report.added, report.filled, report.retired) == (last_year, 2, 0, [])
    assert figures(sheet) == [("80.00", "80.00", "", ""), ("25.00", "25.00", "", "校舍维修")]
    row = sheet.lines.order_by("number").first()
    assert (row.function.year_id, row.government_economic.code, row.note) == (world.codes.year, "50101", "说明")
    assert fresh(sheet).version == 2
    again = services.copy_from_last_year(clerk_of(world.unit), fresh(sheet))
    assert (again.added, again.filled, fresh(sheet).version) == (0, 0, 2)


def test_copied_lines_may_begin_without_amounts(world: World, last_year: BudgetSheet):
    sheet = this_year(world)
    services.copy_from_last_year(clerk_of(world.unit), sheet, with_amounts=False)
    assert figures(sheet)[0] == ("0.00", "80.00", "", "")


def test_lines_that_stand_stay_and_get_last_years_amount_beside_them(world: World, last_year: BudgetSheet):
    typed = line(world.codes, "3.00", department_economic=world.codes.office, project_name="校舍维修")
    stated = line(world.codes, "90.00", prior_approved=Decimal("79.00"))
    sheet = make_sheet(world.codes, world.unit, [typed, stated])
    report = services.copy_from_last_year(clerk_of(world.unit), sheet)
    assert (report.added, report.filled) == (0, 1)
    assert figures(sheet) == [("3.00", "25.00", "", "校舍维修"), ("90.00", "79.00", "", "")]


def test_a_code_that_this_year_lacks_is_told_not_guessed(world: World, last_year: BudgetSheet):
    sheet = this_year(world)
    Code.objects.filter(pk=world.codes.wages.pk).update(is_leaf=False)
    report = services.copy_from_last_year(clerk_of(world.unit), sheet)
    assert (report.added, report.retired) == (1, [(1, "30101")])


def test_without_an_accepted_budget_there_is_nothing_to_copy(world: World):
    with pytest.raises(RuleViolation, match="no accepted budget"):
        services.copy_from_last_year(clerk_of(world.unit), this_year(world))


def test_the_latest_round_of_last_year_counts(world: World, last_year: BudgetSheet):
    clerk, codes = clerk_of(world.unit), make_codes(world.codes.year - 1)
    later = services.open_sheet(clerk, world.unit, codes.year, "second_up")
    services.save_lines(clerk, later, 1, [line(codes, "70.00")], None)
    BudgetSheet.objects.filter(pk=later.pk).update(state="accepted")
    sheet = this_year(world)
    assert services.copy_from_last_year(clerk, sheet).source == later


def test_the_copy_page_tells_what_it_did(world: World, last_year: BudgetSheet):
    client, sheet = client_of("unit_clerk", world.unit), this_year(world)
    Code.objects.filter(pk=world.codes.wages.pk).update(is_leaf=False)
    response = client.post(reverse("budget:sheet_copy", args=[sheet.pk]), {"with_amounts": "on"}, follow=True)
    told = [str(message) for message in response.context["messages"]]
    assert len(told) == 2
    assert "30101" in told[1]


# --- the unit's workbook ---


def download(client: Any, sheet: BudgetSheet) -> bytes:
    response = client.get(reverse("budget:sheet_template", args=[sheet.pk]))
    assert response.status_code == 200
    return response.content


def test_the_workbook_of_a_unit_comes_back_unchanged(world: World, tmp_path: Path):
    lines = [
        line(world.codes, "1234567.80", prior_approved=Decimal("0.10"), prior_executed=Decimal(3), note="备注 ᠮᠣᠩᠭᠣᠯ"),
        line(world.codes, "2.00", department_economic=world.codes.office, project_name="校舍维修", kind="project"),
    ]
    sheet = make_sheet(world.codes, world.unit, lines)
    before = [row.values for row in entry_rows(sheet)]
    path = tmp_path / "unit.xlsx"
    path.write_bytes(download(client_of("unit_clerk", world.unit), sheet))
    services.import_workbook(SYSTEM, ImportOrder(path, world.tree.banner, world.codes.year, UP))
    assert [row.values for row in entry_rows(sheet)] == before


def test_the_workbook_offers_codes_and_keeps_its_head(world: World):
    sheet = make_sheet(world.codes, world.unit)
    book = load_workbook(io.BytesIO(download(client_of("unit_clerk", world.unit), sheet)))
    lines = book.worksheets[0]
    assert (book[CODES_SHEET].sheet_state, lines.protection.sheet, lines.freeze_panes) == ("hidden", True, "A2")
    assert (lines["A1"].protection.locked, lines["A2"].protection.locked) == (True, False)
    assert (lines["A2"].number_format, lines["I2"].number_format) == ("@", "#,##0.00")
    assert (lines["A2"].value, lines["E2"].value, lines["I2"].value) == (world.unit.code, "2010101-行政运行", 100)
    offered = {str(offer.sqref): offer.formula1 for offer in lines.data_validations.dataValidation}
    assert offered["E2:E5001"] == f"'{CODES_SHEET}'!$A$1:$A$3"
    assert [cell.value for cell in book[CODES_SHEET]["D"]][:2] == list(KINDS.values())


def test_the_workbook_of_an_empty_sheet_begins_with_last_years_lines(world: World, last_year: BudgetSheet):
    lines = load_workbook(io.BytesIO(download(client_of("unit_clerk", world.unit), this_year(world)))).worksheets[0]
    rows = list(lines.iter_rows(min_row=2, max_row=4, values_only=True))
    assert [(row[8], row[9]) for row in rows] == [(None, 80), (None, 20), (None, 5)]


def test_a_text_that_looks_like_a_formula_stays_a_text(world: World):
    sheet = make_sheet(world.codes, world.unit, [line(world.codes, note="=1+1")])
    lines = load_workbook(io.BytesIO(download(client_of("unit_clerk", world.unit), sheet))).worksheets[0]
    assert (lines["L2"].value, lines["L2"].data_type) == ("=1+1", "s")
