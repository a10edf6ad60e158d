"""A phone, a tablet and a low screen in a real browser, in both writing directions: nothing that is pressed is out of reach."""

from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser

from apps.accounts.tests.factories import UserFactory, make_post
from apps.budget.tests.factories import World, make_sheet, make_world
from apps.projects.models import Project
from apps.projects.tests.factories import ProjectFactory
from apps.review.models import Conclusion, ConclusionState, ReviewState
from apps.review.services import publicity
from apps.review.tests import factories as make
from imbudget.tests.test_browser import Desk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "progress"])]
SCREENS = {"phone": (390, 844), "tablet": (820, 1180), "low": (1366, 768)}
FINGER = 40
MENUS = (".top > details.menu:last-child", ".list-head details.menu >> nth=0", ".list-head details.menu >> nth=1")
# What is pressed and reaches past the window. Along the block the page scrolls, so only the head must not; a list of columns has its own box.
OUTSIDE = """() => { const stands = getComputedStyle(document.documentElement).writingMode !== "horizontal-tb";
  return [...document.querySelectorAll(":is(.top, .title-bar, .list-head, .pop) :is(a, button, summary, input:not([type=hidden]))")]
  .filter((e) => e.checkVisibility() && !e.closest("details:not([open]) > :not(summary), ol"))
  .filter((e) => { const box = e.getBoundingClientRect(), head = e.closest(".top");
    const across = box.left < -1 || box.right > innerWidth + 1, down = box.top < -1 || box.bottom > innerHeight + 1;
    return stands ? down || (head && across) : across || (head && down); })
  .map((e) => e.outerHTML.slice(0, 120)); }"""
SMALL = """(least) => [...document.querySelectorAll(":is(.top, .title-bar, .list-head) :is(a, button, summary)")]
  .filter((e) => e.checkVisibility() && !e.closest("details:not([open]) > :not(summary)"))
  .filter((e) => Math.min(e.offsetWidth, e.offsetHeight) < least)
  .map((e) => e.outerHTML.slice(0, 120))"""

# What sorts and what is ticked, with the words that tick it too, and is smaller than a finger.
MISSED = """(least) => [...document.querySelectorAll("main :is(thead a, input[type=checkbox])")]
  .filter((e) => e.checkVisibility() && !e.closest("details:not([open]) > :not(summary)"))
  .filter((e) => { const boxes = [e, ...(e.labels ?? [])].map((each) => each.getBoundingClientRect());
    return Math.max(...boxes.map((box) => box.width)) < least || Math.max(...boxes.map((box) => box.height)) < least; })
  .map((e) => e.outerHTML.slice(0, 120))"""
# Tables that are longer along the line than their box, and what stands before the cells of a card.
HIDDEN = """() => { const stands = getComputedStyle(document.documentElement).writingMode !== "horizontal-tb";
  return [...document.querySelectorAll("main .tablebox")].map((e) => stands ? e.scrollHeight - e.clientHeight : e.scrollWidth - e.clientWidth)
    .filter((over) => over > 1); }"""
# Cells that something else lies upon.
COVERED = """() => [...document.querySelectorAll("main tbody tr:first-child td[data-label]")].filter((e) => e.checkVisibility())
  .filter((e) => { e.scrollIntoView({block: "center", inline: "center"}); const box = e.getBoundingClientRect();
    return !e.contains(document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2)); })
  .map((e) => e.dataset.label)"""
SAID = """() => [...document.querySelectorAll("main tbody tr:first-child td[data-label]")].filter((e) => e.checkVisibility())
  .map((e) => JSON.parse(getComputedStyle(e, "::before").content))"""


@pytest.fixture
def world() -> World:
    world = make_world()
    make_sheet(world.codes, world.unit)
    ProjectFactory(unit=world.unit, name="草稿")
    make_post("league_officer", world.tree.league, UserFactory(username="league", name="呼和浩特市财政局预算科"))
    make_post("unit_clerk", world.unit, UserFactory(username="clerk"))
    return world


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("language", ["zh-hans", "mvf"])
def test_every_button_and_pop_up_stands_on_the_screen(
    chromium: Browser, live_server: Any, world: World, language: str, screen: str
) -> None:
    desk = Desk(chromium, live_server.url, "league", language)
    page = desk.page
    across, down = SCREENS[screen]
    page.set_viewport_size({"width": across, "height": down})
    desk.open("/budget/lines/")
    assert page.evaluate(OUTSIDE) == []
    if screen == "phone":
        assert page.evaluate(SMALL, FINGER) == []
    for menu in MENUS:
        page.locator(menu).locator("summary").click()
        assert page.locator(menu).locator(".pop").is_visible()
        assert page.evaluate(OUTSIDE) == [], menu
        page.locator(menu).locator("summary").click()
    desk.close()


@pytest.mark.parametrize("screen", ["phone", "tablet"])
@pytest.mark.parametrize("language", ["zh-hans", "mvf"])
def test_a_finger_hits_what_sorts_and_what_is_ticked(
    chromium: Browser, live_server: Any, world: World, language: str, screen: str
) -> None:
    across, down = SCREENS[screen]
    desk = Desk(chromium, live_server.url, "clerk", language, has_touch=True)
    page = desk.page
    page.set_viewport_size({"width": across, "height": down})
    costs = f"/projects/{Project.objects.get(name='草稿').pk}/edit/?step=costs"
    for path, least in (("/projects/", 3), (costs, 1)):
        assert desk.open(path) == 200
        assert page.locator("main :is(thead a, input[type=checkbox]):visible").count() >= least
        assert page.evaluate(MISSED, FINGER) == [], path
    assert page.evaluate(HIDDEN) == []  # no field of a row is out of sight
    desk.close()


@pytest.mark.parametrize("language", ["zh-hans", "mvf"])
def test_on_a_phone_the_row_of_a_list_is_a_card(
    chromium: Browser, live_server: Any, world: World, language: str
) -> None:
    make.waiting_project(world)  # its state is a long word
    desk = Desk(chromium, live_server.url, "league", language)
    page = desk.page
    desk.open("/projects/")
    assert page.locator("main tbody tr").count() == 2
    heads = [text.strip() for text in page.locator("main thead th:has(a), main thead th:not(.tick)").all_inner_texts()]
    across, down = SCREENS["phone"]
    page.set_viewport_size({"width": across, "height": down})
    assert page.evaluate(HIDDEN) == []
    said = page.evaluate(SAID)
    assert said
    assert [head for head in heads if head in said] == said
    page.locator("main thead a").nth(1).click()
    page.wait_for_url("**sort=**")
    assert page.evaluate(HIDDEN) == []
    desk.open("/budget/sheets/")
    assert page.locator("main tbody td.tick").count() == 1
    assert page.evaluate(COVERED) == []
    desk.close()


@pytest.mark.parametrize("language", ["zh-hans", "mvf"])
def test_nothing_of_a_public_notice_is_out_of_sight(
    chromium: Browser, live_server: Any, world: World, language: str
) -> None:
    banner = world.tree.banner
    review = make.make_review(banner, [make.waiting_project(world)], state=ReviewState.CONFIRMED)
    review.items.update(verdict="support", amount=Decimal("700000.00"), score=Decimal("82.50"), rank=1)
    conclusion = Conclusion.objects.create(review=review, state=ConclusionState.CONFIRMED, author=review.organiser)
    notice = publicity.publish(make.officer(banner), Conclusion.objects.get(pk=conclusion.pk), title_zh="评审结果公示")
    page = chromium.new_context().new_page()
    for across, down in (*SCREENS.values(), (990, 700)):
        page.set_viewport_size({"width": across, "height": down})
        page.goto(live_server.url + reverse("public:notice", args=[language, banner.code, notice.year, notice.number]))
        assert page.locator("main tbody td[data-label]:visible").count() == 9
        assert page.evaluate(HIDDEN) == [], across
    page.goto(live_server.url + reverse("public:apply", args=[language, banner.code]))
    page.set_viewport_size({"width": 390, "height": 844})
    across, down = page.evaluate(
        "(e => [e.scrollWidth - e.clientWidth, e.scrollHeight - e.clientHeight])(document.querySelector('main'))"
    )
    assert (down if language == "mvf" else across) <= 1
    page.context.close()
