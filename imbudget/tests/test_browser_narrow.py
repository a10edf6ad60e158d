"""A phone, a tablet and a low screen in a real browser, in both writing directions: nothing that is pressed is out of reach."""

from typing import Any

import pytest
from playwright.sync_api import Browser

from apps.accounts.tests.factories import UserFactory, make_post
from apps.budget.tests.factories import World, make_sheet, make_world
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


@pytest.fixture
def world() -> World:
    world = make_world()
    make_sheet(world.codes, world.unit)
    make_post("league_officer", world.tree.league, UserFactory(username="league", name="呼和浩特市财政局预算科"))
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
