"""The desk of an expert in a real browser, on a phone and in standing lines: declaring, a sheet that saves itself."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from apps.budget.tests.factories import World
from apps.review.models import MemberState, ReviewKind, ReviewState, ScoreSheet, SheetState
from apps.review.services import discussion
from apps.review.tests.panels import Team, all_handed_in, make_team
from imbudget.tests.axe import Examination
from imbudget.tests.test_browser import Desk, people
from imbudget.tests.test_browser_entry import desk_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "progress"])]
__all__ = ["desk_of", "people"]
STATUS = "[data-wizard-status]"
PHONE = {"width": 390, "height": 844}
WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
HIGH = "document.documentElement.scrollHeight - document.documentElement.clientHeight"


def desk_at(desk_of: Any, team: Team, language: str = "zh-hans") -> Desk:
    user = team.experts[0].user
    assert user is not None
    desk = desk_of(user.username, language)
    desk.page.set_viewport_size(PHONE)
    return desk


def sheet_of(team: Team) -> str:
    return f"/review/desk/{team.members[0].pk}/projects/{team.items[0].pk}/sheet/"


def is_saved(page: Page, state: str = "saved") -> None:
    expect(page.locator(STATUS)).to_have_attribute("data-state", state, timeout=15_000)


def test_an_expert_accepts_declares_and_reads_on_a_phone(desk_of, people: World) -> None:
    team = make_team(people, state=ReviewState.FORMING, seats=MemberState.INVITED)
    desk = desk_at(desk_of, team)
    page = desk.page
    assert desk.open("/review/desk/") == 200
    page.click(".seats a")
    page.click(f"a[href$='/{team.members[0].pk}/accept/']")
    page.click("main form button[type=submit].pri")
    page.wait_for_url("**/declare/")
    page.check(f"[name=item-{team.items[0].pk}][value=free]")
    page.click("main form button[type=submit].pri")
    page.wait_for_url(f"**/desk/{team.members[0].pk}/")
    assert team.again().state == MemberState.DECLARED
    page.click(".seats h3 a")
    expect(page.locator("main")).to_contain_text("必要性说明")
    assert page.evaluate(WIDE) <= 1


def test_a_sheet_saves_itself_says_what_is_wrong_and_is_handed_in(desk_of, people: World) -> None:
    team = make_team(people, kind=ReviewKind.BUDGET)
    desk = desk_at(desk_of, team)
    page = desk.page
    assert desk.open(sheet_of(team)) == 200
    page.fill("[name=answer-need]", "5")
    page.fill("[name=answer-cost]", "11")
    page.fill("[name=line-1-amount]", "九十")
    is_saved(page, "kept")
    expect(page.locator(".answers ul.errors")).to_have_count(1)
    expect(page.locator(".cost-line ul.errors")).to_have_count(1)
    page.fill("[name=answer-cost]", "8")
    page.fill("[name=line-1-amount]", "700000")
    is_saved(page)
    expect(page.locator("ul.errors")).to_have_count(0)
    assert ScoreSheet.objects.get().values == {"need": "5", "cost": "8"}
    assert page.evaluate(WIDE) <= 1
    page.click("[name=next][value=submit]")
    page.wait_for_url("**/submit/")
    page.click("main form button[type=submit].pri")
    expect(page.locator(".error-summary li")).to_have_count(2)  # the low score and the cut lack their reasons
    page.fill("[name=answer-need-comment]", "依据不足")
    page.fill("[name=line-1-reason]", "单价偏高")
    is_saved(page)
    page.click("[name=next][value=submit]")
    page.wait_for_url("**/submit/")
    page.click("main form button[type=submit].pri")
    page.wait_for_url(f"**/desk/{team.members[0].pk}/")
    sheet = ScoreSheet.objects.get()
    assert (sheet.state, str(sheet.amount)) == (SheetState.SUBMITTED, "700000.00")


def test_where_lines_stand_the_desk_stands_and_nothing_overflows(desk_of, people: World) -> None:
    team = make_team(people, kind=ReviewKind.BUDGET)
    desk = desk_at(desk_of, team, "mvf")
    place = f"/review/desk/{team.members[0].pk}/"
    for address in ("/review/desk/", place, f"{place}projects/{team.items[0].pk}/", sheet_of(team)):
        assert desk.open(address) == 200
        assert desk.writing_mode() == "vertical-lr"
        assert desk.page.evaluate(HIGH) <= 1, address


@pytest.mark.parametrize("language", ["zh-hans", "mvf"])
def test_axe_finds_nothing_serious_at_the_desk(desk_of, people: World, language: str) -> None:
    early = make_team(people, state=ReviewState.FORMING, seats=MemberState.ACCEPTED)
    desk = desk_at(desk_of, early, language)
    assert desk.open(f"/review/desk/{early.members[0].pk}/declare/") == 200
    assert Examination().serious(desk.page) == []
    team = make_team(people, kind=ReviewKind.BUDGET)
    desk = desk_at(desk_of, team, language)
    place = f"/review/desk/{team.members[0].pk}/"
    item = f"{place}projects/{team.items[0].pk}/"
    pages = ["/review/desk/", place, item, f"{item}sheet/"]
    for address in pages:
        assert desk.open(address) == 200
        assert Examination().serious(desk.page) == [], address
    lines = {"1": {"amount": "700000", "reason": "单价偏高"}}
    all_handed_in(team, {2: {"need": "8", "cost": "3"}}, lines=lines)
    discussion.open_discussion(team.organiser, team.review)
    for address in (
        f"{item}sheet/",
        f"{place}discussion/",
        f"{item}revise/",
        f"{item}explain/",
        f"{place}discussion/note/",
    ):
        assert desk.open(address) == 200
        assert Examination().serious(desk.page) == [], address


def test_axe_finds_nothing_serious_on_the_page_of_a_panel(desk_of, people: World) -> None:
    team = make_team(people)
    all_handed_in(team, {2: {"need": "8", "cost": "3"}})
    desk = desk_of("banner")
    assert desk.open(f"/review/reviews/{team.review.pk}/panel/") == 200
    assert Examination().serious(desk.page) == []
    desk.page.set_viewport_size(PHONE)
    assert desk.page.evaluate(WIDE) <= 1
