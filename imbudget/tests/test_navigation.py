"""The menu is drawn once for all who hold the same, and for nobody else."""

import re

import pytest

from apps.accounts.models import Post
from apps.accounts.tests.factories import client_of
from apps.budget.tests.factories import World
from imbudget.kit.testing import html

pytestmark = pytest.mark.django_db
MENU = re.compile(r'<nav class="side" id="menu".*?</nav>', re.DOTALL)


def menu_of(response) -> str:
    (found,) = MENU.findall(response.content.decode())
    return found


def test_whoever_holds_other_rights_has_another_menu(world: World):
    officer, auditor = (client_of(role, world.tree.banner) for role in ("banner_officer", "auditor"))
    clerk = client_of("unit_clerk", world.unit)
    pages = {who: menu_of(browser.get("/")) for who, browser in (("o", officer), ("a", auditor), ("c", clerk))}
    assert len(set(pages.values())) == 3
    assert 'href="/evidence/"' in pages["a"]
    assert 'href="/evidence/"' not in pages["o"] + pages["c"]
    assert menu_of(client_of("banner_officer", world.tree.neighbour).get("/")) == pages["o"]


def test_a_menu_marks_the_page_it_stands_on_and_no_other(world: World):
    browser = client_of("banner_officer", world.tree.banner)
    for address, marked in (("/", "/"), ("/budget/sheets/", "/budget/sheets/"), ("/regions/units/", "/regions/units/")):
        (current,) = re.findall(r'<a href="([^"]*)" aria-current="page"', menu_of(browser.get(address)))
        assert current == marked
    assert "aria-current" not in menu_of(browser.get("/nothing/here/"))


def test_each_language_has_its_own_menu(world: World):
    browser, drawn = client_of("banner_officer", world.tree.banner), {}
    for language in ("zh-hans", "mvf"):
        browser.cookies["django_language"] = language
        drawn[language] = [menu_of(browser.get("/")) for _again in range(2)]
        assert drawn[language][0] == drawn[language][1]
    assert "预算" in drawn["zh-hans"][0]
    assert re.search("[\u1800-\u18af]", drawn["mvf"][0])
    assert "预算" not in drawn["mvf"][0]


def test_a_post_that_ended_takes_its_menu_along(world: World):
    browser = client_of("banner_officer", world.tree.banner)
    assert "/budget/sheets/" in menu_of(browser.get("/"))
    Post.objects.all().delete()
    assert "/budget/sheets/" not in html.links(browser.get("/"))


def test_a_long_menu_opens_with_the_group_of_the_page(world: World):
    browser = client_of("banner_officer", world.tree.banner)
    menu = menu_of(browser.get("/budget/sheets/"))
    groups = re.findall(r"<details( open)?>(.*?)</details>", menu, re.DOTALL)
    assert len(groups) > 5
    assert [("/budget/sheets/" in inside or 'href="/"' in inside) for _open, inside in groups] == [
        bool(is_open) for is_open, _inside in groups
    ]


def test_a_short_menu_is_open(world: World):
    menu = menu_of(client_of("expert", world.tree.banner).get("/review/desk/"))
    assert "<details>" not in menu
    assert "<details open>" in menu
