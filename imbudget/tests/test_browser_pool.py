"""The expert pool in a real browser: somebody applies with the check against machines, the office enters and admits."""

from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from playwright.sync_api import Browser

from apps.accounts.tests.factories import UserFactory, make_post
from apps.budget.tests.factories import make_world
from apps.review.models import Expert, ExpertState
from apps.review.tests import pool
from imbudget.tests.test_browser import Desk
from imbudget.tests.test_browser_projects import CLIPPED

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "progress"])]


@pytest.fixture
def region(settings: Any) -> Any:
    settings.PROOF_OF_WORK = 500
    tree = make_world().tree
    make_post("banner_officer", tree.banner, UserFactory(username="banner"))
    make_post("finance_leader", tree.banner, UserFactory(username="leader"))
    call_command("load_review_catalogue", verbosity=0)
    pool.publish_flow()
    return tree.banner


def look(page: Any, picture: Path) -> None:
    page.evaluate("document.fonts.ready.then(() => null)")
    clipped = page.evaluate(CLIPPED)
    if clipped:
        page.screenshot(path=picture.with_suffix(".png"), full_page=True)
    assert clipped == [], picture.name


def fill(page: Any, number: int) -> None:
    """What both forms ask, with an employment in a row that the script has added."""
    page.fill("[name=name]", f"乌兰{number}")
    page.fill("[name=id_number]", pool.id_number(number))
    page.fill("[name=phone]", "139 0000 0000")
    page.select_option("[name=title_rank]", "associate")
    page.fill("[name=employer]", "内蒙古草原研究所")
    for box in page.locator("[name=languages]").all():
        box.check()
    page.check("[name=specialities][value=grassland]")
    page.fill("[name=employments-0-employer]", "某咨询公司")
    page.select_option("[name=employments-0-kind]", "adviser")
    page.fill("[name=employments-0-since]", "2024-03-01")
    page.click("[data-answer-rows=employments] [data-add-row]")
    page.fill("[name=employments-2-employer]", "草原站")
    page.select_option("[name=employments-2-kind]", "employee")
    page.fill("[name=employments-2-since]", "2020-01-01")


def apply(chromium: Browser, address: str, picture: Path) -> None:
    """From a telephone, without signing in."""
    outside = chromium.new_context(viewport={"width": 390, "height": 844})
    page = outside.new_page()
    page.goto(address)
    fill(page, 1)
    page.check("[name=agrees]")
    look(page, picture)
    page.wait_for_selector("[data-send]:enabled")
    with page.expect_navigation():
        page.click("[data-send]")
    outside.close()


@pytest.mark.parametrize("language", ["zh-hans", "mvf"])
def test_somebody_applies_and_another_is_admitted(
    chromium: Browser,
    live_server: Any,
    region: Any,
    tmp_path: Path,
    language: str,
) -> None:
    apply(chromium, f"{live_server.url}/public/{language}/{region.code}/apply/", tmp_path / f"apply-{language}")
    assert Expert.objects.get().employments.count() == 2
    office = Desk(chromium, live_server.url, "banner", language)
    office.open("/review/experts/new/")
    fill(office.page, 2)
    look(office.page, tmp_path / f"new-{language}")
    with office.page.expect_navigation():
        office.page.click("main form.edit button[type=submit]")
    expert = Expert.objects.latest("pk")
    assert office.page.url.endswith(expert.get_absolute_url()), office.page.inner_text("main")
    office.act(f"{expert.get_absolute_url()}submit/")
    leader = Desk(chromium, live_server.url, "leader", language)
    leader.open("/inbox/")
    with leader.page.expect_navigation():
        leader.page.click("main table tbody a >> nth=0")
    with leader.page.expect_navigation():
        leader.page.click("main button[value=approve], main button[name=approve]")
    expert.refresh_from_db()
    assert expert.state == ExpertState.ADMITTED
    pages = {name: f"{expert.get_absolute_url()}?tab={name}" for name in ("person", "record", "approval", "history")}
    for name, address in (pages | {"list": "/review/experts/", "import": "/review/experts/import/"}).items():
        office.open(address)
        look(office.page, tmp_path / f"{name}-{language}")
    office.close()
    leader.close()
