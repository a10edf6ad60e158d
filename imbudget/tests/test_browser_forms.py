"""Forms in a real browser: designed by dragging and by keyboard in both writing directions, published, filled in."""

import json
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from apps.accounts.tests.factories import UserFactory, make_post
from apps.budget.tests.factories import World, make_world
from apps.lowcode.models import Answer, FormDefinition
from apps.lowcode.selectors.forms import published_of, values_of
from imbudget.tests.test_browser import Desk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "progress"])]


@pytest.fixture
def people() -> World:
    world = make_world()
    make_post("banner_officer", world.tree.banner, UserFactory(username="banner"))
    make_post("unit_clerk", world.unit, UserFactory(username="clerk"))
    return world


def fields(page: Any) -> list[dict[str, Any]]:
    """The fields of the definition as it would be saved."""
    return json.loads(page.input_value("[name=body]"))["fields"]


def add(page: Any, type_: str, label: str) -> None:
    page.select_option("[data-new]", type_)
    page.click("[data-add]")
    page.fill("[data-property='label.zh']", label)


def keys(page: Any) -> list[str]:
    return [one["key"] for one in fields(page)]


def design(page: Any) -> None:
    """Four fields, the third one hidden by a condition, in another order than they were added."""
    for type_, label in (("choice", "草原类型"), ("amount", "投资"), ("longtext", "说明"), ("table", "明细")):
        add(page, type_, label)
    page.click("[data-fields] > li:nth-child(3) .design-name")
    page.click("[data-add-comparison]")
    page.select_option("[data-comparison=fact]", "f1")
    page.select_option("[data-comparison=value]", "c2")
    assert fields(page)[2]["shown_if"] == {"fact": "f1", "op": "=", "value": "c2"}
    item = page.locator("[data-fields] > li")
    item.nth(3).drag_to(item.nth(1))
    assert keys(page) in (["f1", "f4", "f2", "f3"], ["f1", "f2", "f4", "f3"])
    page.focus("[data-fields] > li:nth-child(4) [data-act=up]")
    for _step in range(2):
        page.keyboard.press("Enter")
    assert keys(page)[1] == "f3"


def fill_in(page: Any) -> None:
    assert page.locator("[data-answer=f3]").is_hidden()
    page.select_option("[name=answer-f1]", "c2")
    page.fill("[name=answer-f3]", "退化严重")
    page.fill("[name=answer-f2]", "1.2万元")
    page.click("[data-add-row]")
    page.fill("[name=answer-f4-2-f1]", "围栏")
    page.click("main form button[type=submit].pri")
    page.wait_for_url("**/forms/answers/*/")


@pytest.mark.parametrize("language", ["zh-hans", "mvf"])
def test_a_form_is_designed_published_and_filled_in(chromium: Browser, live_server: Any, people, language):
    desk = Desk(chromium, live_server.url, "banner", language)
    page = desk.page
    desk.open("/forms/new/")
    page.select_option("[name=purpose]", "survey")
    page.fill("[name=name_zh]", "草原调查")
    page.fill("[name=code]", "grass")
    page.click("main form button[type=submit].pri")
    page.wait_for_url("**/design/")
    design(page)
    for name, tongue in (("zh-hans", "zh-Hans-CN"), ("mvf", "mn-Mong-CN")):
        frame = page.frame_locator(f"iframe[name=preview-{name}]")
        expect(frame.locator("[data-answer]")).to_have_count(4)
        expect(frame.locator("html")).to_have_attribute("lang", tongue)
    page.click("[name=publish]")
    page.wait_for_url("**/publish/")
    page.click("main form button[type=submit].btn")
    page.wait_for_url("**/forms/*/")
    made = FormDefinition.objects.get()
    assert published_of(made).number == 1
    desk.close()

    clerk = Desk(chromium, live_server.url, "clerk", language)
    clerk.open(f"/forms/{made.pk}/fill-in/")
    fill_in(clerk.page)
    kept = values_of(Answer.objects.select_related("version").get())
    assert kept == {"f1": "c2", "f3": "退化严重", "f2": "12000.00", "f4": [{"f1": "围栏"}]}
    clerk.close()
