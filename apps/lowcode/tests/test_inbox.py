"""The inbox: four lists of one's own, their filters and counts, working days left, a constant number of queries."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.models import Post
from apps.accounts.tests.factories import UserFactory, client_of, make_post, sign_in
from apps.budget.tests.factories import World
from apps.codes.models import CalendarDay
from apps.lowcode.selectors import inbox
from apps.lowcode.tests.rows import make_case, make_task
from imbudget.kit.testing import html

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 27)  # a Friday


@pytest.fixture
def head(world: World) -> Post:
    return make_post("unit_head", world.unit, valid_from=date(2026, 1, 1))  # before TODAY, whatever day it is


@pytest.fixture
def browser(head: Post) -> Client:
    return sign_in(Client(), head.user)


def shown(browser: Client, query: str = "") -> list[str]:
    """The documents of the list."""
    response = browser.get(reverse("lowcode:inbox") + query)
    assert response.status_code == 200
    return [row["cells"][0].text for row in response.context["rows"]]


def test_each_list_holds_what_belongs_to_it(world: World, head: Post, browser: Client):
    other = UserFactory()
    make_task(make_case(world.unit, label="待办"), head.user)
    make_task(make_case(world.unit, label="未轮到"), head.user, state="waiting")
    make_task(make_case(world.unit, label="已办"), head.user, state="done")
    make_task(make_case(world.unit, label="他人的"), other)
    make_task(make_case(world.unit, label="抄送"), head.user, kind="copy", state="done")
    make_task(make_case(world.unit, head.user, label="我发起的"), other)
    make_case(world.far_unit, head.user, label="别处的")
    assert shown(browser) == ["待办"]
    assert shown(browser, "?tab=done") == ["已办"]
    assert shown(browser, "?tab=copied") == ["抄送"]
    assert shown(browser, "?tab=mine") == ["我发起的"]
    assert shown(browser, "?tab=nothing") == ["待办"]


def test_the_list_of_own_documents_says_who_has_them(world: World, head: Post, browser: Client):
    case = make_case(world.unit, head.user)
    for name in ("其木格", "斯琴"):
        make_task(case, UserFactory(name=name))
    make_task(case, UserFactory(name="旁观"), kind="copy", state="done")
    page = html.text(browser.get(reverse("lowcode:inbox") + "?tab=mine"))
    assert "其木格" in page
    assert "斯琴" in page
    assert "旁观" not in page


@pytest.mark.parametrize("tab", ["todo", "done", "mine", "copied"])
def test_a_list_needs_no_query_for_each_row(world: World, head: Post, browser: Client, tab: str):
    states = {"todo": {}, "done": {"state": "done"}, "copied": {"kind": "copy", "state": "done"}, "mine": {}}

    def fill(count: int) -> None:
        for _number in range(count):
            case = make_case(world.unit, head.user)
            make_task(case, head.user, date(2026, 12, 4), **states[tab])

    def count() -> int:
        with CaptureQueriesContext(connection) as caught:
            browser.get(f"{reverse('lowcode:inbox')}?tab={tab}")
        return len(caught)

    fill(1)
    few = count()
    fill(14)
    assert count() == few <= 25


def test_filters_narrow_by_place_type_text_and_deadline(world: World, browser: Client, monkeypatch: Any):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_args: TODAY)
    officer = make_post("league_officer", world.tree.league)
    browser = sign_in(Client(), officer.user)
    make_task(make_case(world.unit, label="甲项目"), officer.user, date(2026, 11, 26))
    make_task(make_case(world.neighbour_unit, label="乙项目"), officer.user, TODAY)
    make_task(make_case(world.neighbour_unit, label="丙工程", subject="tests.other"), officer.user)
    assert shown(browser, "?overdue=1") == ["甲项目"]
    assert shown(browser, f"?region={world.tree.neighbour.pk}") == ["丙工程", "乙项目"]
    assert shown(browser, f"?unit={world.unit.pk}") == ["甲项目"]
    assert shown(browser, "?q=项目") == ["乙项目", "甲项目"]
    assert shown(browser, f"?region={world.far_unit.region_id}") == ["丙工程", "乙项目", "甲项目"]  # no choice: none


def test_clearing_the_filters_stays_in_the_list(world: World, head: Post, browser: Client):
    make_task(make_case(world.unit), head.user, state="done")
    response = browser.get(reverse("lowcode:inbox") + "?tab=done&q=无")
    assert "/inbox/?tab=done" in html.links(response)
    assert "?tab=done" in response.content.decode()
    assert not browser.get(reverse("lowcode:inbox") + "?tab=done").context["narrowed"]


@pytest.mark.parametrize(
    ("due", "text", "state"),
    [
        (date(2026, 11, 25), "2 working days late", "overdue"),
        (date(2026, 11, 27), "due today", "due"),
        (date(2026, 11, 30), "1 working day", "due"),
        (date(2026, 12, 2), "2 working days", "ok"),  # Tuesday is a holiday of the region
        (None, "—", ""),
    ],
)
def test_days_left_are_working_days_of_the_region(
    world: World, head: Post, browser: Client, monkeypatch: Any, due: date | None, text: str, state: str
):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_args: TODAY)
    CalendarDay.objects.create(day=date(2026, 12, 1), region=world.tree.banner, kind="local_holiday", name="节日")
    make_task(make_case(world.unit), head.user, due)
    browser.cookies["django_language"] = "en"
    row = browser.get(reverse("lowcode:inbox")).context["rows"][0]
    cell = next(cell for cell in row["cells"] if cell.column.name == "left")
    assert (cell.state, "".join(filter(str.isdigit, cell.text))) == (state, "".join(filter(str.isdigit, text)))


def test_counts_stop_at_a_cap(world: World, head: Post, browser: Client, monkeypatch: Any):
    monkeypatch.setattr(inbox, "CAP", 3)
    for _number in range(4):
        make_task(make_case(world.unit), head.user)
    assert "2+" in html.text(browser.get(reverse("lowcode:inbox")))


def test_an_export_keeps_the_day(world: World, head: Post, browser: Client):
    make_task(make_case(world.unit), head.user, date(2026, 12, 4))
    body = b"".join(browser.get(reverse("lowcode:inbox") + "?export=csv").streaming_content).decode("utf-8-sig")
    assert "2026-12-04" in body
    assert "草原项目" in body


def test_the_home_page_shows_the_first_five(world: World, head: Post, browser: Client):
    for number in range(7):
        make_task(make_case(world.unit, label=f"文件{number}"), head.user)
    page = html.text(browser.get("/"))
    assert [number for number in range(7) if f"文件{number}" in page] == [2, 3, 4, 5, 6]


@pytest.mark.parametrize("role", ["auditor", "system_admin", "security_admin", "audit_admin"])
def test_who_can_get_no_task_has_no_inbox(world: World, role: str):
    node = world.tree.banner if role == "auditor" else world.tree.root
    browser = client_of(role, node)
    assert browser.get(reverse("lowcode:inbox")).status_code == 403
    assert browser.post(reverse("lowcode:inbox_approve"), {"row": ["1"]}).status_code == 403


def test_bulk_approval_leaves_tasks_of_others_alone(world: World, browser: Client):
    task = make_task(make_case(world.unit), UserFactory())
    response = browser.post(reverse("lowcode:inbox_approve"), {"row": [task.pk, "x", 10**30]})
    assert response.status_code == 200
    assert response.context["results"] == []
    task.refresh_from_db()
    assert task.state == "open"


def test_an_opinion_that_is_too_long_approves_nothing_and_says_so(world: World, head: Post, browser: Client):
    task = make_task(make_case(world.unit, label="待办"), head.user)
    address = reverse("lowcode:inbox_approve")
    response = browser.post(address, {"row": [task.pk], "opinion": "长" * 501}, follow=True)
    task.refresh_from_db()
    assert task.state == "open"
    assert "501" in html.text(response)
