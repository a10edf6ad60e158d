"""A unit uploads the workbook of its own sheet, and everybody gets a refused workbook back with its bad cells marked."""

import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from apps.accounts.models import Post
from apps.accounts.tests.factories import client_of, make_post, sign_in
from apps.budget import services
from apps.budget.importreport import ImportOrder, ImportRefused
from apps.budget.models import BudgetSheet
from apps.budget.tests.factories import UP, World, clerk_of, fresh, head_of, line, make_sheet, officer_of
from apps.budget.tests.test_import import HEADS, good, table, xlsx
from apps.desk.models import Job
from apps.evidence.models import Entry
from apps.regions.tests.factories import UnitFactory
from imbudget.kit.errors import NotAllowed, RuleViolation
from imbudget.kit.testing import html

pytestmark = pytest.mark.django_db(databases=["default", "progress"])


def upload(sheet: BudgetSheet, path: Path, actor: Any = None, **changes: Any):
    values = {"unit": sheet.unit, "goal": "draft"} | changes
    order = ImportOrder(path, sheet.region, sheet.year_id, sheet.round, **values)
    return services.import_own_workbook(actor or clerk_of(sheet.unit), sheet, order)


def test_the_lines_are_replaced_and_the_sheet_stays_with_its_unit(world: World, tmp_path):
    sheet = make_sheet(world.codes, world.unit)
    report = upload(sheet, table(tmp_path / "a.csv", good(world), good(world, economic="30201", amount="2")))
    again = fresh(sheet)
    assert (report.lines, report.not_handed_in) == (2, [])
    assert (again.state, again.total, again.version > sheet.version) == ("draft", Decimal("1002.50"), True)
    entry = Entry.objects.get(event="budget.imported")
    assert (entry.subject_id, entry.facts["lines"]) == (str(world.unit.pk), 2)
    assert not Entry.objects.filter(event="budget.submitted").exists()


def test_the_units_own_file_needs_no_column_for_the_unit(world: World, tmp_path):
    sheet = make_sheet(world.codes, world.unit, [])
    rows = [good(world)[2:], good(world, economic="30201")[2:]]
    assert upload(sheet, table(tmp_path / "a.csv", *rows, heads=HEADS[2:])).lines == 2
    assert upload(sheet, table(tmp_path / "b.csv", good(world, unit=""))).lines == 1


def test_rows_of_another_unit_are_refused(world: World, tmp_path):
    sheet = make_sheet(world.codes, world.unit)
    other = UnitFactory(region=world.tree.banner)
    rows = [
        good(world),
        good(world, unit=other.code, economic="30201"),
        good(world, unit="", name=other.name, amount="3"),
        good(world, unit="999999", function="2010102"),
    ]
    with pytest.raises(ImportRefused) as refusal:
        upload(sheet, table(tmp_path / "a.csv", *rows))
    found = [(error.row, error.column) for error in refusal.value.report.errors]
    assert found == [(3, "unit_code"), (4, "unit_name"), (5, "unit_code")]
    assert fresh(sheet).total == Decimal("350.50")


@pytest.mark.parametrize("state", ["submitted", "accepted"])
def test_a_sheet_that_was_handed_in_takes_no_upload(world: World, tmp_path, state):
    sheet = make_sheet(world.codes, world.unit, state=state)
    with pytest.raises(NotAllowed):
        upload(sheet, table(tmp_path / "a.csv", good(world)))


def test_a_returned_sheet_is_mended_by_upload(world: World, tmp_path):
    sheet = make_sheet(world.codes, world.unit, state="returned")
    upload(sheet, table(tmp_path / "a.csv", good(world)))
    assert (fresh(sheet).state, fresh(sheet).total) == ("returned", Decimal("1000.50"))
    services.submit_sheet(head_of(world.unit), fresh(sheet))


def test_only_the_units_own_clerk_uploads(world: World, tmp_path):
    sheet = make_sheet(world.codes, world.unit)
    path = table(tmp_path / "a.csv", good(world))
    for actor in (clerk_of(world.neighbour_unit), officer_of(world.tree.banner), head_of(world.neighbour_unit)):
        with pytest.raises(NotAllowed):
            upload(sheet, path, actor)
    for wrong in ({"unit": world.neighbour_unit}, {"unit": None}, {"goal": "submitted"}):
        with pytest.raises(ValueError, match="own sheet"):
            upload(sheet, path, **wrong)


def test_who_edits_meanwhile_is_told(world: World, tmp_path):
    sheet = make_sheet(world.codes, world.unit)
    upload(sheet, table(tmp_path / "a.csv", good(world)))
    with pytest.raises(RuleViolation, match="Someone else saved"):
        services.save_lines(clerk_of(world.unit), sheet, sheet.version, [line(world.codes)], None)


@pytest.fixture
def send(settings, tmp_path, django_capture_on_commit_callbacks):
    """Posts a file to an address and does the job; gives the job's page."""
    settings.MEDIA_ROOT = tmp_path / "files"

    def post(browser: Client, address: str, path: Path, **fields: str) -> Any:
        with django_capture_on_commit_callbacks(execute=True), path.open("rb") as file:
            response = browser.post(address, {"file": file, **fields})
        return browser.get(response.url)

    return post


def test_a_clerk_gets_the_workbook_back_with_two_marked_cells_mends_it_and_sends_it_again(world: World, tmp_path, send):
    sheet = make_sheet(world.codes, world.unit, [])
    browser = client_of("unit_clerk", world.unit)
    address = reverse("budget:sheet_import", args=[sheet.pk])
    assert browser.get(address).status_code == 200
    path = xlsx(tmp_path / "新城.xlsx", good(world, amount="甲乙"), good(world, economic="9"), good(world, fund="111"))
    page = send(browser, address, path)
    text = html.text(page)
    assert "H2" in text
    assert "F3" in text
    assert "甲乙" in text
    assert fresh(sheet).total == 0
    (link,) = [link for link in html.links(page) if link.endswith(".xlsx") and "/import/" in link]
    answer = browser.get(link)
    book = load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    cells = {str(cell.value) for page in book.worksheets for row in page.iter_rows() for cell in row}
    assert {error["message"] for error in Job.objects.get().result["report"]["errors"]} <= cells
    assert Entry.objects.filter(event="evidence.downloaded").count() == 1
    mended = xlsx(tmp_path / "新城.xlsx", good(world, amount="5"), good(world, economic="30201"))
    text = html.text(send(browser, address, mended))
    assert fresh(sheet).total == Decimal("1005.50")
    assert fresh(sheet).state == "draft"
    assert reverse("budget:sheet", args=[sheet.pk]) in str(page.content)


def test_nobody_else_gets_the_marked_workbook(world: World, tmp_path, send):
    browser = client_of("banner_officer", world.tree.banner)
    send(browser, reverse("budget:import"), xlsx(tmp_path / "a.xlsx", good(world, amount="甲")))
    job = Job.objects.get()
    link = job.result["report"]["marked"]
    assert client_of("banner_officer", world.tree.banner).get(link).status_code == 404
    assert client_of("auditor", world.tree.banner).get(link).status_code == 404
    assert browser.get(link.replace("/import/", "/import/")[:-9] + "0000.xlsx").status_code == 404
    assert browser.get(link).status_code == 200
    Post.objects.filter(pk=job.post_id).update(valid_from="2020-01-01", valid_to="2020-12-31")
    assert browser.get(link).status_code in {403, 404}


def test_the_page_of_a_partial_import_says_what_was_left_out(world: World, tmp_path, send):
    browser = client_of("banner_officer", world.tree.banner)
    path = xlsx(tmp_path / "a.xlsx", good(world), good(world, amount="甲", economic="30201"))
    page = send(browser, reverse("budget:import"), path, partial="on")
    report = Job.objects.get().result["report"]
    assert (report["partial"], report["refused"], report["bad_rows"]) == (True, False, 1)
    assert page.status_code == 200
    assert BudgetSheet.objects.get().state == "draft"


def test_a_page_shows_two_hundred_errors_and_counts_all(world: World, tmp_path, send):
    browser = client_of("banner_officer", world.tree.banner)
    rows = [good(world, amount="甲", project=f"项目{number}") for number in range(230)]
    page = send(browser, reverse("budget:import"), table(tmp_path / "a.csv", *rows))
    report = Job.objects.get().result["report"]
    assert (len(report["errors"]), report["error_count"]) == (200, 230)
    assert "230" in html.text(page)


@pytest.mark.parametrize("who", ["banner_officer", "auditor", "other"])
def test_the_upload_page_is_closed_to_others(world: World, who):
    sheet = make_sheet(world.codes, world.unit)
    address = reverse("budget:sheet_import", args=[sheet.pk])
    browser = client_of("unit_clerk", world.neighbour_unit) if who == "other" else client_of(who, world.tree.banner)
    assert browser.get(address).status_code == (404 if who == "other" else 403)


def test_a_post_that_ended_before_the_job_ran_imports_nothing(world: World, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "files"
    sheet = make_sheet(world.codes, world.unit)
    post = make_post("unit_clerk", world.unit)
    browser = sign_in(Client(), post.user)
    with xlsx(tmp_path / "a.xlsx", good(world)).open("rb") as file:
        browser.post(reverse("budget:sheet_import", args=[sheet.pk]), {"file": file})
    Post.objects.filter(pk=post.pk).update(valid_from="2020-01-01", valid_to="2020-12-31")
    from apps.desk import services as desk

    desk.run(Job.objects.get().pk)
    assert Job.objects.get().state == "failed"
    assert fresh(sheet).total == Decimal("350.50")


def test_a_round_of_the_sheet_decides_not_the_page(world: World, tmp_path, send):
    sheet = make_sheet(world.codes, world.unit, [])
    browser = client_of("unit_clerk", world.unit)
    address = reverse("budget:sheet_import", args=[sheet.pk]) + "?year=2026&round=second_up"
    send(browser, address, xlsx(tmp_path / "a.xlsx", good(world)))
    assert (fresh(sheet).round, fresh(sheet).total) == (UP, Decimal("1000.50"))
