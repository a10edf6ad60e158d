"""A flow designed in a real browser, in both writing directions, and a document that is returned and approved by it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from apps.accounts.models import User
from apps.lowcode.models import FlowDefinition
from apps.lowcode.services import cases
from apps.lowcode.tests.approving import SUBJECT, Office, make_office
from imbudget.kit.actor import Actor
from imbudget.tests.test_browser import Desk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "progress"])]


@pytest.fixture
def office(monkeypatch: Any) -> Office:
    return make_office(monkeypatch)


@pytest.fixture
def desk_of(chromium: Browser, live_server: Any) -> Iterator[Callable[..., Desk]]:
    desks: list[Desk] = []

    def sit_down(actor: Actor, language: str = "zh-hans") -> Desk:
        desks.append(Desk(chromium, live_server.url, User.objects.get(pk=actor.user_id).username, language))
        return desks[-1]

    yield sit_down
    for desk in desks:
        desk.close()


def begin_flow(desk: Desk) -> Page:
    """An empty flow of the officer's region, opened in the designer."""
    page = desk.page
    assert desk.open("/lowcode/flows/new/") == 200
    page.select_option("[name=subject]", SUBJECT)
    page.fill("[name=name]", "旗流程")
    page.uncheck("[name=copied]")
    with page.expect_navigation():
        page.click("main form.edit button[type=submit]")
    expect(page.locator(".flow-gap")).to_have_count(1)
    return page


def add_step(page: Page, gap: int, name: str, role: str) -> Locator:
    """A new step at one of the places between cards."""
    page.locator(".flow-gap").nth(gap).locator("[data-add=step]").click()
    card = page.locator("[data-step]:has(details[open])").last
    card.locator("[data-field='name.zh']").fill(name)
    card.locator("[data-field='role']").select_option(role)
    return card_of(page, name)


def card_of(page: Page, name: str) -> Locator:
    return page.locator("[data-step]", has=page.locator("[data-title]", has_text=name))


def keys(page: Page) -> list[Any]:
    """The names of the steps as the definition has them; of a branch the names in each of its ways."""
    return page.evaluate(
        """() => {
            const said = (node) => node.branches ? node.branches.map((arm) => arm.steps.map(said)) : node.name.zh;
            return JSON.parse(document.querySelector("[data-flow-form] [name=body]").value).steps.map(said);
        }"""
    )


def settled(page: Page, problems: int) -> None:
    """The draft is saved, and so much is wrong with it."""
    expect(page.locator("[data-flow-status]")).to_have_attribute("data-state", "saved", timeout=15_000)
    expect(page.locator("[data-flow-count]")).to_have_text(str(problems))


def draw(page: Page) -> None:
    """A step, then a branch: large amounts go to the leader, all others no further."""
    add_step(page, 0, "单位审核", "unit_head")
    settled(page, 0)
    page.locator(".flow-gap").nth(1).locator("[data-add=branch]").click()
    arms = page.locator(".flow-arm")
    for number, name in enumerate(("大额", "其他")):
        arms.nth(number).locator("> details > summary").click()
        arms.nth(number).locator("[data-field='name.zh']").first.fill(name)
    settled(page, 1)  # only the last way may do without a condition
    first = arms.nth(0)
    first.locator("[data-add=comparison]").first.click()
    first.locator(".flow-comparison input").fill("５００万")
    expect(first.locator("[data-said]").first).to_contain_text("5,000,000", timeout=15_000)
    add_step(page, 2, "领导签批", "finance_leader")
    settled(page, 0)


@pytest.mark.parametrize("language", ["zh-hans", "mvf"])
def test_a_flow_is_designed_saved_by_itself_and_published(
    desk_of: Callable[..., Desk], office: Office, language: str
) -> None:
    desk = desk_of(office.officer, language)
    page = begin_flow(desk)
    assert desk.writing_mode().startswith("vertical") == (language == "mvf")
    draw(page)
    assert keys(page) == ["单位审核", [["领导签批"], []]]
    flow = FlowDefinition.objects.get(region=office.tree.banner)
    desk.act(f"/lowcode/flows/{flow.pk}/publish/")
    version = flow.versions.get()
    assert version.state == "published"
    large = version.body["steps"][1]["branches"][0]
    assert large["when"] == {"fact": "amount", "op": ">=", "value": "5000000"}
    assert large["steps"][0]["approvers"] == {"kind": "role", "role": "finance_leader", "at": "region"}


@pytest.mark.parametrize("language", ["zh-hans", "mvf"])
def test_steps_are_moved_by_keyboard_and_by_dragging(
    desk_of: Callable[..., Desk], office: Office, language: str
) -> None:
    page = begin_flow(desk_of(office.officer, language))
    on, back = ("ArrowRight", "ArrowLeft") if language == "mvf" else ("ArrowDown", "ArrowUp")
    draw(page)
    card_of(page, "单位审核").locator("[data-do=handle]").focus()
    page.keyboard.press(f"Alt+{on}")
    assert keys(page) == [[["单位审核", "领导签批"], []]]
    page.keyboard.press(f"Alt+{back}")
    assert keys(page) == ["单位审核", [["领导签批"], []]]
    for summary in reversed(page.locator("[data-flow-cards] details[open] > summary").all()):
        summary.click()  # folded, the cards stand on one screen
    card_of(page, "领导签批").locator("[data-do=handle]").drag_to(page.locator(".flow-gap").first)
    assert keys(page) == ["领导签批", "单位审核", [[], []]]
    page.locator("[data-branch] > .flow-tools [data-do=remove]").click()
    assert keys(page) == ["领导签批", "单位审核"]
    settled(page, 0)


def act(desk: Desk, actor: Actor, office: Office, name: str, **fields: str) -> None:
    """Open the newest task from the inbox and do one thing with it."""
    page = desk.page
    assert desk.open("/inbox/") == 200
    with page.expect_navigation():
        page.click("#rows tbody a")
    form = page.locator("details.act", has=page.locator(f"button[value={name}]"))
    if form.get_attribute("open") is None:
        form.locator("summary").click()
    for field, value in fields.items():
        form.locator(f"[name={name}-{field}]").fill(value)
    with page.expect_navigation():
        form.locator("button[type=submit]").click()
    assert page.locator("main .error-summary").count() == 0, page.inner_text("main")


def test_a_document_is_returned_submitted_again_and_approved_by_three_people(
    desk_of: Callable[..., Desk], office: Office
) -> None:
    case = office.start()
    act(desk_of(office.head, "mvf"), office.head, office, "return", reason="金额请核对")
    clerk = desk_of(office.clerk)
    assert clerk.open(case.get_absolute_url()) == 200
    expect(clerk.page.locator(".timeline")).to_contain_text("金额请核对")
    cases.resubmit(office.clerk, case)
    for actor in (office.head, office.reviewer, office.officer):
        act(desk_of(actor), actor, office, "approve", opinion=f"{actor.name}同意")
    clerk.open(case.get_absolute_url())
    for actor in (office.head, office.reviewer, office.officer):
        expect(clerk.page.locator(".timeline")).to_contain_text(f"{actor.name}同意")
    case.refresh_from_db()
    assert case.state == "approved"
    stranger = desk_of(office.another("unit_clerk", other_unit(office)))
    assert stranger.open(case.get_absolute_url()) == 404


def other_unit(office: Office) -> Any:
    from apps.regions.tests.factories import UnitFactory

    return UnitFactory(region=office.tree.neighbour)
