"""Lists in a real browser: a picker by keyboard in both writing directions, columns, and the same without script."""

from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from apps.accounts.tests.factories import PASSWORD, UserFactory, make_post
from apps.budget.tests.factories import World, make_sheet, make_world
from imbudget.tests.test_browser import Desk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "progress"])]
KEYS = {"zh-hans": ("ArrowDown", "ArrowRight"), "mvf": ("ArrowRight", "ArrowDown")}


@pytest.fixture
def world_with_a_sheet() -> World:
    world = make_world()
    make_sheet(world.codes, world.unit)
    make_sheet(world.codes, world.neighbour_unit)
    make_post("league_officer", world.tree.league, UserFactory(username="league"))
    return world


@pytest.mark.parametrize("language", KEYS)
def test_a_region_is_chosen_by_keyboard_alone(chromium: Browser, live_server: Any, world_with_a_sheet, language):
    banner = world_with_a_sheet.tree.banner
    desk = Desk(chromium, live_server.url, "league", language)
    page, (further, unfold) = desk.page, KEYS[language]
    desk.open("/budget/lines/")
    page.focus("#id_region")
    page.keyboard.press(further)
    page.wait_for_selector("[role=tree] [role=treeitem]")
    page.keyboard.press(further)
    assert page.locator("[role=treeitem]").count() == 3  # the officer's own node is open already
    page.keyboard.press(unfold)
    page.keyboard.press("Escape")
    assert page.locator("[role=tree]").is_hidden()
    page.keyboard.type("xcq")
    page.wait_for_selector(f"[role=treeitem][aria-selected=true][data-value='{banner.pk}']")
    with page.expect_response(lambda answer: f"region={banner.pk}" in answer.url):
        page.keyboard.press("Enter")
    page.wait_for_url(f"**region={banner.pk}**")
    assert page.input_value("#id_region") == banner.name
    expect(page.locator("#rows tbody tr")).to_have_count(2)
    page.fill("#id_region", "")
    page.keyboard.press("Tab")
    expect(page.locator("#rows tbody tr")).to_have_count(4)
    desk.close()


def test_columns_are_moved_and_kept(chromium: Browser, live_server: Any, world_with_a_sheet):
    desk = Desk(chromium, live_server.url, "league")
    page = desk.page
    desk.open("/budget/lines/")
    page.click("details:has([data-columns]) summary")
    for _step in range(5):
        page.click("li:has(#column-amount) [data-move='-1']")
    page.uncheck("#column-region")
    with page.expect_navigation():
        page.click("[data-columns] button.pri")
    heads = page.locator("#rows thead th")
    assert heads.first.inner_text().startswith("金额")
    assert "区划" not in heads.all_inner_texts()
    desk.close()


def test_without_script_a_choice_is_made_on_its_own_page(chromium: Browser, live_server: Any, world_with_a_sheet):
    banner = world_with_a_sheet.tree.banner
    page = chromium.new_context(java_script_enabled=False).new_page()
    page.goto(f"{live_server.url}/accounts/login/")
    page.fill("[name=username]", "league")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(f"{live_server.url}/")
    page.goto(f"{live_server.url}/budget/lines/?year={world_with_a_sheet.codes.year}&sort=amount")
    page.click(".picker a >> nth=0")
    page.fill("[name=q]", "xcq")
    page.press("[name=q]", "Enter")
    page.click("tbody td a")
    assert page.url.endswith(f"year={world_with_a_sheet.codes.year}&sort=amount&region={banner.pk}")
    assert page.locator("#rows tbody tr").count() == 2
    page.context.close()
