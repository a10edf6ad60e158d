"""Authority in a real browser: drawn up with pickers, handed in, approved, posted; a figure leads to its entries."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from playwright.sync_api import Browser

from apps.accounts.tests.factories import UserFactory, make_post
from apps.budget.tests.factories import World, make_world
from apps.ledger.models import Authority, AuthorityDocument, DocumentState
from apps.ledger.tests.factories import make_pool
from imbudget.tests.test_browser import Desk
from imbudget.tests.test_browser_projects import Play, decide, press

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "progress"])]
NUMBER = "内财预〔2027〕88号"


@pytest.fixture
def people() -> World:
    world = make_world()
    for username, role in (("officer", "banner_officer"), ("leader", "finance_leader")):
        make_post(role, world.tree.banner, UserFactory(username=username))
    call_command("load_flows", verbosity=0)
    make_pool(world, "1000000.00")
    return world


def pick(desk: Desk, cell: str, text: str = "") -> None:
    """Choose the first row that the picker of the first line offers."""
    field = desk.page.locator(f"[data-row] >> nth=0 >> [data-cell={cell}] .picker-text")
    field.click()
    if text:
        field.fill(text)
    desk.page.locator(".picker-list:not([hidden]) li[id] >> nth=0").click()


def draw_up(play: Play) -> AuthorityDocument:
    desk = play.desk("officer")
    page = desk.page
    desk.open("/ledger/documents/")
    press(desk, ".title-bar a[href='/ledger/documents/new/']")
    page.select_option("[name=kind]", "approval")
    page.fill("[name=title]", "关于下达预算指标的通知")
    press(desk, "main form button[type=submit]")
    page.fill("[name=number]", NUMBER)
    page.fill("[name=dated]", "2027-01-20")
    page.fill("[name=basis]", "内人大发〔2027〕1号")
    assert page.locator("[data-row]").count() == 1  # spare lines are for pages without script
    pick(desk, "origin")
    pick(desk, "unit", play.world.unit.code)
    pick(desk, "function", "2010101")
    pick(desk, "department_economic", "30201")
    page.fill("[data-row] >> nth=0 >> [data-cell=amount] input", "12万")
    assert page.locator("[data-sum-of]").inner_text() == "120,000.00"
    page.fill("[data-row] >> nth=0 >> [data-cell=amount] input", "120000")
    play.look(desk, "document-edit")
    press(desk, ".form-end button[type=submit]")
    return AuthorityDocument.objects.get(number=NUMBER)


@pytest.mark.parametrize("language", ["zh-hans", "mvf"])
def test_a_document_is_drawn_up_approved_and_followed(
    chromium: Browser,
    live_server: Any,
    people: World,
    language: str,
    tmp_path: Path,
) -> None:
    play = Play(chromium, live_server.url, people, language, tmp_path)
    document = draw_up(play)
    desk = play.desk("officer")
    play.look(desk, "document")
    desk.act(f"/ledger/documents/{document.pk}/submit/")
    decide(play, "leader", "approve")
    assert AuthorityDocument.objects.get(pk=document.pk).state == DocumentState.POSTED
    authority = Authority.objects.select_related("balance").get(document=document)
    assert authority.balance.available == Decimal("120000.00")
    page = desk.page
    for name in ("authorities", "postings", "books", "trial-balance"):
        desk.open("/ledger/" if name == "authorities" else f"/ledger/{name}/")
        play.look(desk, name)
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 844})
        desk.open(authority.get_absolute_url())
        play.look(desk, f"authority-{width}")
    press(desk, ".equation a.available")
    assert page.locator("#rows tbody tr").count() == 3
    press(desk, "#rows tbody td a >> nth=0")
    play.look(desk, "posting")
    assert page.locator("tfoot td.num").all_inner_texts() == ["120,000.00", "120,000.00"]
    play.close()
