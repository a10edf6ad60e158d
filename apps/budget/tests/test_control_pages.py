"""Pages of control figures: who opens what, what they show, what a file brings in, what a sheet says of its figures."""

import io
import json
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from apps.accounts.tests.factories import client_of, make_actor
from apps.budget import services
from apps.budget.models import ControlFigure
from apps.budget.selectors.entry import entry_rows
from apps.budget.services.control import Share
from apps.budget.services.controlimport import HEADS
from apps.budget.tests.controlled import DOCUMENT, department_figure, figure, give, second
from apps.budget.tests.factories import SYSTEM, World, line, make_sheet
from apps.budget.tests.rows import make_figure
from apps.desk.models import Job
from apps.evidence.models import Entry
from apps.regions.tests.factories import UnitFactory
from imbudget.kit.errors import NotAllowed, RuleViolation
from imbudget.kit.testing import html

# Jobs tell their progress over a connection of its own.
pytestmark = pytest.mark.django_db(databases=["default", "progress"])
LIST, SET, ISSUE, DROP, IMPORT = (
    reverse(f"budget:{name}") for name in ("control", "control_set", "control_issue", "control_drop", "control_import")
)


def browser_of(world: World, who: str):
    tree = world.tree
    places = {
        "clerk": ("unit_clerk", world.unit),
        "head": ("unit_head", world.unit),
        "reviewer": ("department_reviewer", world.unit.department),
        "banner": ("banner_officer", tree.banner),
        "other banner": ("banner_officer", tree.neighbour),
        "league": ("league_officer", tree.league),
        "leader": ("finance_leader", tree.banner),
        "auditor": ("auditor", tree.banner),
        "system_admin": ("system_admin", tree.root),
    }
    return client_of(*places[who])


PAGES = {  # who: list, set, issue, drop, import, proposal; the department's figure, its split
    "clerk": (200, 403, 403, 403, 403, 403, 404, 404),
    "head": (200, 403, 403, 403, 403, 403, 404, 404),
    "reviewer": (200, 403, 200, 200, 403, 403, 200, 200),
    "banner": (200, 200, 200, 200, 200, 200, 200, 200),
    "other banner": (200, 200, 200, 200, 200, 200, 404, 404),
    "league": (200, 200, 200, 200, 200, 200, 200, 403),
    "leader": (200, 403, 403, 403, 403, 403, 200, 403),
    "auditor": (200, 403, 403, 403, 403, 403, 200, 403),
    "system_admin": (403, 403, 403, 403, 403, 403, 403, 404),
}


@pytest.mark.parametrize("who", PAGES)
def test_who_opens_what(world: World, who):
    give(world, "1000.00", "800.00", "500.00")
    row, browser = department_figure(world), browser_of(world, who)
    addresses = [LIST, SET, ISSUE, DROP, IMPORT, reverse("budget:control_proposal"), row.get_absolute_url()]
    addresses.append(reverse("budget:control_split", args=[row.pk]))
    assert tuple(browser.get(address).status_code for address in addresses) == PAGES[who]


@pytest.mark.parametrize("who", [who for who, row in PAGES.items() if row[7] != 200])
def test_a_split_that_is_posted_to_is_refused_too(world: World, who):
    give(world, "1000.00", "800.00", "500.00")
    row = department_figure(world)
    address = reverse("budget:control_split", args=[row.pk])
    answer = browser_of(world, who).post(address, {f"amount_{world.unit.pk}": "1.00", f"reason_{world.unit.pk}": "x"})
    assert answer.status_code in {403, 404}
    assert not ControlFigure.objects.filter(state="draft").exists()


@pytest.mark.parametrize(
    ("who", "count"), [("clerk", 1), ("reviewer", 2), ("banner", 3), ("league", 3), ("other banner", 0)]
)
def test_the_list_holds_what_is_in_sight(world: World, who, count):
    give(world, "1000.00", "800.00", "500.00")
    assert len(browser_of(world, who).get(LIST).context["rows"]) == count


def test_the_list_by_level_and_as_a_file(world: World):
    give(world, "1000.00", "800.00", "500.00")
    browser = browser_of(world, "banner")
    for level, amount in (("pool", "1,000.00"), ("department", "800.00"), ("unit", "500.00")):
        page = browser.get(f"{LIST}?level={level}")
        assert [row["cells"][4].text for row in page.context["rows"]] == [amount]
        assert all(cell.text for row in page.context["rows"] for cell in row["cells"] if cell.href)
    assert len(browser.get(f"{LIST}?level=nothing").context["rows"]) == 3
    assert b"800.00" in b"".join(browser.get(f"{LIST}?export=csv").streaming_content)


def test_more_figures_need_no_more_queries(world: World):
    browser = browser_of(world, "banner")
    make_figure(world, unit=world.unit)
    browser.get(LIST)
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as caught:
            browser.get(LIST)
        counts.append(len(caught))
        for unit in UnitFactory.create_batch(14, region=world.tree.banner):
            make_figure(world, unit=unit)
    assert counts[0] == counts[1]


def test_figures_go_through_the_pages_from_the_pool_to_the_unit(world: World):
    banner, reviewer = browser_of(world, "banner"), browser_of(world, "reviewer")
    given = {"fund": world.codes.fund.pk, "kind": "basic"}
    assert banner.post(SET, given | {"amount": "1,000.00"}).status_code == 302
    department = {"department": world.unit.department_id, "amount": "800"}
    assert banner.post(SET, given | department | {"amount": "1000.01"}).status_code == 422
    assert banner.post(SET, given | department).status_code == 302
    assert banner.post(ISSUE, {"document": ""}).status_code == 422
    assert banner.post(ISSUE, {"document": DOCUMENT}).status_code == 302
    row = department_figure(world)
    split = reverse("budget:control_split", args=[row.pk])
    assert (reviewer.get(split).context["given"], reviewer.get(split).context["left"]) == (0, 800)
    assert reviewer.post(split, {f"amount_{world.unit.pk}": "800.01"}).status_code == 422
    assert reviewer.post(split, {f"amount_{world.unit.pk}": "x"}).status_code == 422
    assert reviewer.post(split, {f"amount_{world.unit.pk}": "500.00"}).status_code == 302
    assert (reviewer.get(split).context["given"], reviewer.get(split).context["left"]) == (500, 300)
    assert browser_of(world, "clerk").get(LIST).context["rows"] == []
    assert reviewer.post(ISSUE, {"document": "局发〔2026〕2号"}).status_code == 302
    unit = ControlFigure.objects.get(unit=world.unit)
    assert (unit.state, unit.amount, unit.document) == ("issued", Decimal(500), "局发〔2026〕2号")
    page = reviewer.get(row.get_absolute_url()).content.decode()
    assert "500.00" in page
    assert "300.00" in page  # what is left
    assert "500.00" in reviewer.get(f"{unit.get_absolute_url()}?tab=versions").content.decode()


def test_two_people_split_one_figure_and_nothing_is_lost(world: World):
    """One row both wrote comes back with both; one that only the first wrote is taken over, not written back."""
    other = UnitFactory(region=world.tree.banner, department=world.unit.department)
    give(world, "1000.00", "800.00", "500.00", issued=False)
    services.issue_control_figures(SYSTEM, world.tree.banner, world.codes.year, DOCUMENT)
    row = department_figure(world)
    address = reverse("budget:control_split", args=[row.pk])
    first, second_ = browser_of(world, "reviewer"), browser_of(world, "banner")

    def shown(browser, status=200, **typed):
        page = browser.get(address) if status == 200 else browser.post(address, typed)
        assert page.status_code == status
        return {f"{name}_{each['part'].pk}": _written(each, name) for each in page.context["rows"] for name in FIELDS}

    mine, theirs = shown(first), shown(second_)
    both, alone = world.unit.pk, other.pk
    typed = {f"amount_{both}": "400.00", f"reason_{both}": "甲", f"amount_{alone}": "100.00"}
    assert first.post(address, mine | typed).status_code == 302
    again = shown(second_, 422, **theirs | {f"amount_{both}": "300.00", f"reason_{both}": "乙"})
    drafts = ControlFigure.objects.filter(state="draft")
    assert set(drafts.values_list("unit", "amount")) == {(both, Decimal(400)), (alone, Decimal(100))}
    assert (again[f"amount_{both}"], again[f"reason_{both}"]) == ("300.00", "乙")
    assert Decimal(again[f"amount_{alone}"]) == 100
    assert second_.post(address, again).status_code == 302  # having seen it
    assert set(drafts.values_list("unit", "amount")) == {(both, Decimal(300)), (alone, Decimal(100))}


FIELDS = ("amount", "reason", "base")


def _written(each, name):
    value = each[name] if name == "base" else each[name].value()
    return "" if value is None else str(value)


def test_a_figure_that_stands_there_is_replaced_only_by_who_has_seen_it(world: World):
    browser, given = browser_of(world, "banner"), {"fund": world.codes.fund.pk, "kind": "basic"}
    assert browser.post(SET, given | {"amount": "1000"}).status_code == 302
    page = browser.post(SET, given | {"amount": "900", "seen": ""})
    assert page.status_code == 422
    assert "1,000.00" in page.content.decode()
    assert ControlFigure.objects.get().amount == 1000
    assert browser.post(SET, given | {"amount": "900", "seen": page.context["form"]["seen"].value()}).status_code == 302
    assert ControlFigure.objects.get().amount == 900


def test_what_is_written_between_the_look_and_the_save_is_not_overwritten(world: World):
    give(world, "1000.00", "800.00", "500.00")
    seen = "400.00|甲"  # somebody else has written 500 since
    with pytest.raises(RuleViolation, match=r"500\.00"):
        services.split_control_figures(
            SYSTEM, department_figure(world), [Share(world.unit.pk, Decimal(300), "乙", seen)]
        )
    assert not ControlFigure.objects.filter(state="draft").exists()


def test_drafts_are_thrown_away_by_who_worked_them_out(world: World):
    give(world, "1000.00", "800.00", "500.00", issued=False)
    assert browser_of(world, "reviewer").post(DROP).status_code == 302
    assert set(ControlFigure.objects.values_list("unit", flat=True)) == {None}
    assert browser_of(world, "banner").post(DROP).status_code == 302
    assert not ControlFigure.objects.exists()


@pytest.mark.parametrize(
    "data", [{"kind": "x"}, {"fund": "0"}, {"amount": "-1"}, {"unit": "999999"}, {"department": "x"}]
)
def test_bad_input_comes_back_with_the_form(world: World, data):
    given = {"fund": world.codes.fund.pk, "kind": "basic", "amount": "1.00"} | data
    assert browser_of(world, "banner").post(SET, given).status_code == 422
    assert not ControlFigure.objects.exists()


# Files


def book(rows: list[list[object]], heads=HEADS) -> bytes:
    made = Workbook()
    made.active.append(list(heads))
    for row in rows:
        made.active.append(row)
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def good(world: World) -> list[list[object]]:
    return [
        ["", "", "111", "基本支出", 1000, ""],
        [world.unit.department.code, "", "111-本级", "基本支出", "800.00", ""],
        ["", world.unit.code, "111", "基本支出", "500.00", "财力有限"],
    ]


def test_a_workbook_of_figures_is_taken_whole(world: World, django_capture_on_commit_callbacks):
    browser = browser_of(world, "banner")
    for dry_run, count in (("on", 0), ("", 3)):
        file = SimpleUploadedFile("控制数.xlsx", book(good(world)))
        with django_capture_on_commit_callbacks(execute=True):
            assert browser.post(IMPORT, {"file": file, "dry_run": dry_run}).status_code == 302
        job = Job.objects.latest("pk")
        assert (job.state, ControlFigure.objects.count()) == ("done", count)
    assert ControlFigure.objects.get(unit=world.unit).reason == "财力有限"
    assert Entry.objects.get(event="budget.control_imported").facts["rows"] == 3


@pytest.mark.parametrize(
    ("place", "text"), [(0, "999"), (1, "999999"), (2, "11"), (2, ""), (3, "其他"), (4, "x"), (4, "-1"), (4, "=1+1")]
)
def test_a_bad_row_refuses_the_file_and_is_named(world: World, tmp_path, place, text):
    rows = [*good(world), ["", "", "111", "项目支出", "5.00", ""]]
    rows[3][place] = text
    path = tmp_path / "a.xlsx"
    path.write_bytes(book(rows))
    with pytest.raises(RuleViolation, match="Row 5"):
        services.import_control_figures(SYSTEM, world.tree.banner, world.codes.year, path)
    assert not ControlFigure.objects.exists()


def test_a_file_without_a_column_or_rows_is_refused(world: World, tmp_path):
    path, region, year = tmp_path / "a.xlsx", world.tree.banner, world.codes.year
    path.write_bytes(book([["", "", "111", "基本支出", "1.00", ""]], ["x", *HEADS[1:]]))
    with pytest.raises(RuleViolation, match="部门代码"):
        services.import_control_figures(SYSTEM, region, year, path)
    path.write_bytes(book([]))
    with pytest.raises(RuleViolation, match="no lines"):
        services.import_control_figures(SYSTEM, region, year, path)
    with pytest.raises(NotAllowed):
        services.import_control_figures(make_actor("department_reviewer", world.unit.department), region, year, path)


def test_the_page_leads_to_a_template_that_is_taken_as_it_is_filled_in(world: World, tmp_path):
    browser = browser_of(world, "banner")
    (link,) = [link for link in html.links(browser.get(IMPORT)) if "template.xlsx" in link]
    made = load_workbook(io.BytesIO(browser.get(link).content))
    sheet, offers = made.active, made.active.data_validations.dataValidation
    assert [cell.value for cell in sheet[1]] == list(HEADS)
    offered = {str(offer.sqref)[0]: [cell.value for cell in made["选项"][str(offer.sqref)[0]]] for offer in offers}
    assert f"{world.unit.code}-{world.unit.name_zh_hans}" in offered["B"]
    fund, kind = next(text for text in offered["C"] if text.startswith("111")), offered["D"][0]
    sheet.append([None, None, fund, kind, 1000])
    sheet.append(
        [next(text for text in offered["A"] if text.startswith(world.unit.department.code)), None, fund, kind, 800]
    )
    sheet.append([None, offered["B"][0], fund, kind, 500])
    made.save(tmp_path / "a.xlsx")
    assert services.import_control_figures(SYSTEM, world.tree.banner, world.codes.year, tmp_path / "a.xlsx") == 3
    assert browser_of(world, "reviewer").get(link).status_code == 403
    assert browser_of(world, "clerk").get(link).status_code == 403


# The sheet


def test_the_sheet_and_its_editor_show_what_is_left(world: World):
    give(world, "1000.00", "800.00", "500.00")
    sheet = second(world, [line(world.codes, "380.00")])
    clerk = browser_of(world, "clerk")
    assert "120.00" in clerk.get(sheet.get_absolute_url()).content.decode()
    assert "120.00" in clerk.get(reverse("budget:sheet_edit", args=[sheet.pk])).content.decode()
    row = entry_rows(sheet)[0]
    change = {"pk": row.pk, "key": "", "base": row.stamp, "values": row.values | {"amount": "380.50"}}
    patch = {"version": sheet.version, "rows": [change], "removed": []}
    address = reverse("budget:sheet_save", args=[sheet.pk])
    answer = clerk.post(address, json.dumps(patch), content_type="application/json")
    assert "119.50" in answer.json()["used"]


def test_other_rounds_show_no_figures(world: World):
    give(world, "1000.00", "800.00", "500.00")
    sheet = make_sheet(world.codes, world.unit)
    assert browser_of(world, "clerk").get(sheet.get_absolute_url()).context["used"] == []


def test_a_department_sees_no_draft_of_its_own_figure(world: World):
    services.set_control_figures(
        SYSTEM,
        world.tree.banner,
        world.codes.year,
        [figure(world, "1000.00"), figure(world, "800.00", department_id=world.unit.department_id)],
    )
    row = department_figure(world, "draft")
    assert browser_of(world, "reviewer").get(row.get_absolute_url()).status_code == 404
