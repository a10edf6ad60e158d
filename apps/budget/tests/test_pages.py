"""Pages of the budget: what they cost, what they show, and that each act is done through them."""

import csv
import io
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.tests.factories import client_of
from apps.budget.models import BudgetSheet, Compilation, SheetRemark
from apps.budget.selectors.entry import entry_rows
from apps.budget.tests.factories import World, accept, fresh, line, make_compilation, make_sheet, officer_of
from apps.budget.tests.test_import import good, xlsx
from apps.desk.models import Job
from apps.regions.tests.factories import UnitFactory
from imbudget.kit.testing import html

# Jobs tell their progress over a connection of its own.
pytestmark = pytest.mark.django_db(databases=["default", "progress"])


def queries_of(client: Client, address: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as caught:
        assert client.get(address).status_code == 200
    return len(caught)


@pytest.mark.parametrize(
    "name", ["budget:sheets", "budget:lines", "budget:progress", "budget:summary", "regions:units"]
)
def test_a_page_needs_no_query_per_row(world: World, name):
    client = client_of("banner_officer", world.tree.banner)
    make_sheet(world.codes, world.unit, state="submitted")
    client.get(reverse(name))
    few = queries_of(client, reverse(name))
    for _ in range(14):
        unit = UnitFactory(region=world.tree.banner)
        sheet = BudgetSheet.objects.create(unit=unit, region=unit.region, year_id=world.codes.year, state="submitted")
        sheet.lines.model.objects.bulk_create(_line_like(world, sheet))
    assert queries_of(client, reverse(name)) == few


def _line_like(world: World, sheet: BudgetSheet) -> list:
    from apps.budget.models import BudgetLine

    codes = world.codes
    return [
        BudgetLine(
            sheet=sheet,
            number=1,
            function=codes.running,
            department_economic=codes.wages,
            fund=codes.fund,
            amount=Decimal(1),
        )
    ]


def test_a_sheet_page_needs_no_query_per_line(world: World):
    client = client_of("unit_clerk", world.unit)
    sheet = make_sheet(world.codes, world.unit, [line(world.codes)])
    pages = [
        sheet.get_absolute_url(),
        f"{sheet.get_absolute_url()}?tab=checks",
        reverse("budget:sheet_edit", args=[sheet.pk]),
    ]
    few = [queries_of(client, page) for page in pages]
    template = sheet.lines.get()
    for number in range(2, 16):
        template.pk, template.number, template.project_name = None, number, str(number)
        template.save(force_insert=True)
    assert [queries_of(client, page) for page in pages] == few


def post_of(sheet: BudgetSheet, *rows: dict[str, str], **head: str) -> dict[str, str]:
    data = {"version": str(sheet.version), "declared_total": "", "lines-TOTAL_FORMS": str(len(rows)), **head}
    data |= {"lines-INITIAL_FORMS": "0"}
    for number, row in enumerate(rows):
        data |= {f"lines-{number}-{name}": value for name, value in row.items()}
    return data


ROW = {"function": "2010101", "department_economic": "30101-基本工资", "fund": "111", "amount": "１,２３４．５"}


def test_the_entry_form_saves_lines_as_people_write_them(world: World):
    client = client_of("unit_clerk", world.unit)
    sheet = make_sheet(world.codes, world.unit, [])
    response = client.post(
        reverse("budget:sheet_edit", args=[sheet.pk]), post_of(sheet, ROW, declared_total="1,234.50")
    )
    assert response.status_code == 302
    again = fresh(sheet)
    assert (again.total, again.declared_total) == (Decimal("1234.50"), Decimal("1234.50"))


def test_the_entry_form_shows_a_bad_cell_and_keeps_what_was_written(world: World):
    client = client_of("unit_clerk", world.unit)
    sheet = make_sheet(world.codes, world.unit, [])
    rows = [ROW | {"function": "9999999", "project_name": "不要丢失"}, ROW | {"amount": "-3"}]
    response = client.post(reverse("budget:sheet_edit", args=[sheet.pk]), post_of(sheet, *rows))
    assert response.status_code == 422
    assert "不要丢失" in response.content.decode()
    assert fresh(sheet).lines.count() == 0


def test_the_entry_form_tells_of_a_save_meanwhile(world: World):
    client = client_of("unit_clerk", world.unit)
    sheet = make_sheet(world.codes, world.unit, [line(world.codes)])
    address, (row,) = reverse("budget:sheet_edit", args=[sheet.pk]), entry_rows(sheet)
    known = row.values | {"pk": str(row.pk), "base": row.stamp}
    assert client.post(address, post_of(sheet, known | {"amount": "1,234.50"})).status_code == 302
    response = client.post(address, post_of(sheet, known | {"amount": "2"}))
    assert response.status_code == 409
    assert fresh(sheet).total == Decimal("1234.50")


def test_a_budget_goes_all_its_way_through_the_pages(world: World, django_capture_on_commit_callbacks):
    clerk, head = client_of("unit_clerk", world.unit), client_of("unit_head", world.unit)
    banner, league = client_of("banner_officer", world.tree.banner), client_of("league_officer", world.tree.league)
    goal = clerk.post(reverse("budget:sheet_open")).url
    sheet = BudgetSheet.objects.get()
    clerk.post(goal, post_of(sheet, ROW))
    assert head.post(reverse("budget:sheet_submit", args=[sheet.pk])).status_code == 302
    assert decide(banner, sheet, act="return", **{"return-reason": "请补充说明"}).status_code == 302
    assert "请补充说明" in clerk.get(sheet.get_absolute_url()).content.decode()
    head.post(reverse("budget:sheet_submit", args=[sheet.pk]))
    decide(banner, sheet, act="approve")
    banner.post(reverse("budget:compilation_open"))
    compilation = Compilation.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        banner.post(reverse("budget:compilation_compile", args=[compilation.pk]), {"missing_reason": ""})
    assert Job.objects.get().state == "done"
    banner.post(reverse("budget:compilation_report", args=[compilation.pk]))
    decide(league, compilation, act="approve")
    compilation.refresh_from_db()
    assert (fresh(sheet).state, compilation.state) == ("accepted", "accepted")
    assert compilation.snapshot.total == Decimal("1234.50")


def decide(browser: Client, document: Any, **values: str) -> Any:
    """What an officer does on the task that the document's page leads to."""
    (act,) = [act for act in browser.get(document.get_absolute_url()).context["acts"] if "tasks" in act.href]
    return browser.post(act.href, values)


def test_what_waits_is_accepted_by_one_click(world: World, django_capture_on_commit_callbacks):
    banner = client_of("banner_officer", world.tree.banner)
    good_one, closed = (make_sheet(world.codes, unit, state="submitted") for unit in (world.unit, world.neighbour_unit))
    address = f"{reverse('budget:accept_waiting')}?region={world.tree.banner.pk}"
    assert client_of("league_officer", world.tree.league).post(address).status_code == 403
    assert client_of("unit_head", world.unit).post(address).status_code == 403
    assert "审核通过待您审核的全部1份申报表" in html.text(banner.get(reverse("budget:progress")))
    with django_capture_on_commit_callbacks(execute=True):
        banner.post(address)
    job = Job.objects.get()
    assert (job.state, job.result["refused_count"]) == ("done", 0)
    assert (fresh(good_one).state, fresh(closed).state) == ("accepted", "submitted")
    assert "待您审核" not in html.text(banner.get(reverse("budget:progress")))


def test_the_job_names_what_it_did_not_accept(world: World, django_capture_on_commit_callbacks):
    banner = client_of("banner_officer", world.tree.banner)
    make_compilation(world.codes, world.tree.banner, "compiled")
    sheet = make_sheet(world.codes, world.unit, state="submitted")  # handed in after the region had compiled
    with django_capture_on_commit_callbacks(execute=True):
        banner.post(f"{reverse('budget:accept_waiting')}?region={world.tree.banner.pk}")
    text = html.text(banner.get(Job.objects.latest("pk").get_absolute_url()))
    assert world.unit.name in text
    assert "请先重新打开汇总" in text
    assert fresh(sheet).state == "submitted"


def test_ticked_sheets_are_accepted_from_the_list(world: World):
    banner = client_of("banner_officer", world.tree.banner)
    waiting = make_sheet(world.codes, world.unit, state="submitted")
    draft = make_sheet(world.codes, UnitFactory(region=world.tree.banner))
    address = reverse("budget:sheets")
    answer = banner.post(address, {"act": "accept", "row": [waiting.pk, draft.pk]}, follow=True)
    assert "不是您的待办事项" in html.text(answer)
    assert (fresh(waiting).state, fresh(draft).state) == ("accepted", "draft")
    leader = client_of("finance_leader", world.tree.banner)
    assert leader.post(address, {"act": "accept", "row": [draft.pk]}).status_code == 405


def test_the_first_screen_says_with_whom_a_sheet_is(world: World):
    officer = officer_of(world.tree.banner)
    make_sheet(world.codes, world.unit, state="submitted")
    page = html.text(client_of("finance_leader", world.tree.banner).get(reverse("budget:progress")))
    assert f"当前办理人：{officer.name}" in page


def test_who_decides_sees_the_findings(world: World):
    banner = client_of("banner_officer", world.tree.banner)
    sheet = make_sheet(world.codes, world.unit, state="submitted")
    sheet.lines.update(department_economic=world.codes.unused)  # came in behind the checks
    (act,) = [act for act in banner.get(sheet.get_absolute_url()).context["acts"] if "tasks" in act.href]
    assert banner.get(act.href).context["findings"]


def test_a_refusal_of_the_rules_comes_back_on_the_page(world: World):
    head = client_of("unit_head", world.unit)
    sheet = make_sheet(world.codes, world.unit, [])
    response = head.post(reverse("budget:sheet_submit", args=[sheet.pk]))
    assert response.status_code == 422
    assert fresh(sheet).state == "draft"
    assert f"{sheet.get_absolute_url()}?tab=checks" in html.links(response)


def test_a_refused_hand_in_leads_to_the_lines_that_refuse_it(world: World):
    """A clerk mends them where they are entered; who only hands in reads them."""
    sheet = make_sheet(world.codes, world.unit, [line(world.codes, "10.00"), line(world.codes, "20.00")])
    sheet.lines.filter(number=2).update(department_economic=None, government_economic=None)
    edit, lines = reverse("budget:sheet_edit", args=[sheet.pk]), f"{sheet.get_absolute_url()}?tab=lines"
    clerk, head = client_of("unit_clerk", world.unit), client_of("unit_head", world.unit)
    refused = head.post(reverse("budget:sheet_submit", args=[sheet.pk]))
    assert refused.status_code == 422
    pages = {page: page.get(sheet.get_absolute_url(), {"tab": "checks"}) for page in (clerk, head)}
    for page, goal in ((pages[clerk], edit), (pages[head], lines), (refused, lines)):
        assert f"{goal}#line-2" in html.links(page)
        assert f"{goal}#line-1" not in html.links(page)
    assert fresh(sheet).state == "draft"


def test_compiling_asks_for_its_reason_before_the_job_begins(world: World):
    """What waits or is missing is said on the page, not by a job that fails."""
    banner = client_of("banner_officer", world.tree.banner)
    compilation = make_compilation(world.codes, world.tree.banner)
    address = reverse("budget:compilation_compile", args=[compilation.pk])
    progress = f"{reverse('budget:progress')}?region={world.tree.banner.pk}"
    page = banner.get(address)
    assert "1个单位或区划未报" in html.text(page)
    assert any(link.startswith(progress) for link in html.links(page))
    for reason in ("", "  \u3000"):
        assert banner.post(address, {"missing_reason": reason}).status_code == 422
    sheet = make_sheet(world.codes, world.unit, state="submitted")
    assert "missing_reason" not in banner.get(address).content.decode()
    assert banner.post(address, {"missing_reason": "原因"}).status_code == 422  # it waits for the officer's answer
    assert not Job.objects.exists()
    accept(sheet)
    assert banner.post(address).status_code == 302
    assert Job.objects.count() == 1


def test_a_return_without_reason_comes_back(world: World):
    banner = client_of("banner_officer", world.tree.banner)
    sheet = make_sheet(world.codes, world.unit, state="submitted")
    for reason in ("", "   \u3000"):
        assert decide(banner, sheet, act="return", **{"return-reason": reason}).status_code == 422
    assert fresh(sheet).state == "submitted"
    accept(sheet)
    for reason in ("", "   \u3000"):
        response = banner.post(reverse("budget:sheet_reopen", args=[sheet.pk]), {"reason": reason})
        assert response.status_code == 422
    assert fresh(sheet).state == "accepted"


def test_a_comment_stands_on_the_sheet(world: World):
    leader = client_of("finance_leader", world.tree.banner)
    sheet = make_sheet(world.codes, world.unit)
    leader.post(reverse("budget:sheet_remark", args=[sheet.pk]), {"text": "<b>压减</b>"})
    assert SheetRemark.objects.get().text == "<b>压减</b>"
    page = leader.get(f"{sheet.get_absolute_url()}?tab=remarks").content.decode()
    assert "&lt;b&gt;压减" in page
    assert "<b>压减" not in page


def test_an_uploaded_workbook_is_imported_by_a_job_that_only_its_person_sees(
    world: World, tmp_path, settings, django_capture_on_commit_callbacks
):
    settings.MEDIA_ROOT = tmp_path / "files"
    banner = client_of("banner_officer", world.tree.banner)
    path = xlsx(tmp_path / "a.xlsx", good(world))
    with django_capture_on_commit_callbacks(execute=True), path.open("rb") as file:
        response = banner.post(reverse("budget:import"), {"file": file})
    job = Job.objects.get()
    assert response.url == job.get_absolute_url()
    assert (job.state, job.result["report"]["rows"]) == ("done", 1)
    assert BudgetSheet.objects.get().state == "submitted"
    assert banner.get(job.get_absolute_url()).status_code == 200
    assert client_of("banner_officer", world.tree.banner).get(job.get_absolute_url()).status_code == 404


def test_a_bad_workbook_lists_its_cells_on_the_jobs_page(
    world: World, tmp_path, settings, django_capture_on_commit_callbacks
):
    settings.MEDIA_ROOT = tmp_path / "files"
    banner = client_of("banner_officer", world.tree.banner)
    path = xlsx(tmp_path / "a.xlsx", good(world, amount="甲乙"))
    with django_capture_on_commit_callbacks(execute=True), path.open("rb") as file:
        banner.post(reverse("budget:import"), {"file": file})
    assert "甲乙" in html.text(banner.get(Job.objects.get().get_absolute_url()))
    assert not BudgetSheet.objects.exists()


def test_a_list_is_exported_as_shown_and_on_record(world: World):
    from apps.evidence.models import Entry

    officer = client_of("league_officer", world.tree.league)
    make_sheet(world.codes, world.unit)
    make_sheet(world.codes, world.far_unit)
    response = officer.get(reverse("budget:lines") + "?export=csv&function=20101")
    rows = list(csv.reader(io.StringIO(b"".join(response).decode("utf-8-sig"))))
    assert len(rows) == 3
    assert {row[1] for row in rows[1:]} == {world.unit.name}
    assert Entry.objects.filter(event="evidence.downloaded").count() == 1


def test_the_progress_page_names_who_is_missing(world: World):
    make_compilation(world.codes, world.tree.neighbour, "reported")
    text = html.text(client_of("banner_officer", world.tree.banner).get(reverse("budget:progress")))
    assert world.unit.name in text
    assert world.neighbour_unit.name not in text


@pytest.mark.parametrize(
    "query",
    ["year=x", "year=99999", "round=x", "region=x", "region=0", "by=x", "function=x", "year=２０２７", "region=９"],
)
@pytest.mark.parametrize("name", ["budget:progress", "budget:summary", "budget:lines", "budget:sheets"])
def test_nonsense_in_the_address_is_no_crash(world: World, name, query):
    response = client_of("banner_officer", world.tree.banner).get(f"{reverse(name)}?{query}")
    assert response.status_code in {200, 404}
