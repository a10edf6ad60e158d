"""A phone, a tablet and a low screen in a real browser, in both writing directions: nothing that is pressed is out of reach."""

from typing import Any

import pytest
from playwright.sync_api import Browser

from apps.accounts.tests.factories import UserFactory, make_post
from apps.budget.tests.factories import World, make_sheet, make_world
from apps.projects.models import Project
from apps.projects.tests.factories import ProjectFactory
from imbudget.tests import test_browser
from imbudget.tests.test_browser import Desk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "progress"])]
chromium = test_browser.chromium
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
# Tables and cells that reach past their box, or a cell that does not say its column.
HIDDEN = """() => [...document.querySelectorAll("main .tablebox")].filter((e) => e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1)
  .map((e) => e.className)"""
SAID = """() => [...document.querySelectorAll("main tbody tr:first-child td[data-label]")].filter((e) => e.checkVisibility())
  .map((e) => JSON.parse(getComputedStyle(e, "::before").content))"""


@pytest.fixture
def world() -> World:
    world = make_world()
    make_sheet(world.codes, world.unit)
    ProjectFactory(unit=world.unit)
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
    costs = f"/projects/{Project.objects.get().pk}/edit/?step=costs"
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
    desk = Desk(chromium, live_server.url, "league", language)
    page = desk.page
    desk.open("/projects/")
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
    desk.close()
