"""The wizard of an application in a real browser: saving by itself, pasted rows, codes found by initials, no connection."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from apps.budget.tests.factories import World
from apps.projects.models import Project
from apps.projects.tests.factories import ProjectFactory
from imbudget.tests.test_browser import Desk, people
from imbudget.tests.test_browser_entry import desk_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "progress"])]
__all__ = ["desk_of", "people"]
STATUS = "[data-wizard-status]"
PASTED = "2027\t围栏\t10\t公里\t1.5万元\n2028\t管护\t2\t项\t３,000\n"
PASTE = """(field, text) => {
    const data = new DataTransfer();
    data.setData("text/plain", text);
    field.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


def open_step(desk: Desk, project: Project, step: str) -> Page:
    assert desk.open(f"/projects/{project.pk}/edit/?step={step}") == 200
    if step == "costs":
        expect(desk.page.locator("[data-rows-add]")).to_be_visible()  # the script has taken the table over
    return desk.page


def is_saved(page: Page, state: str = "saved") -> None:
    expect(page.locator(STATUS)).to_have_attribute("data-state", state, timeout=15_000)


def cell(page: Page, row: int, column: str) -> Any:
    return page.locator("[data-row]").nth(row).locator(f"[data-cell={column}] :is(input, textarea)")


def test_rows_are_pasted_worked_out_at_once_and_saved(desk_of, people: World) -> None:
    project = ProjectFactory(unit=people.unit, end_year=2028)
    page = open_step(desk_of(), project, "costs")
    cell(page, 0, "year").evaluate(PASTE, PASTED)
    expect(page.locator("[data-sum-of=costs]")).to_have_text("156,000.00")
    expect(page.locator("[data-by-year=costs]")).to_contain_text("2028: 6,000.00")
    cell(page, 0, "function").fill("xzyx")
    page.locator(".picker-list li[id]").first.click()
    expect(cell(page, 0, "function")).to_have_value("2010101-行政运行")
    is_saved(page)
    lines = [(line.content, str(line.amount), line.function_id) for line in project.costs.order_by("number")]
    assert lines == [("围栏", "150000.00", people.codes.running.pk), ("管护", "6000.00", None)]


def test_a_cell_that_cannot_be_read_is_marked_and_kept_in_the_browser(desk_of, people: World) -> None:
    project = ProjectFactory(unit=people.unit)
    page = open_step(desk_of(), project, "costs")
    cell(page, 0, "content").fill("草种")
    cell(page, 0, "price").fill("三块五")
    is_saved(page, "kept")
    expect(page.locator("[data-row] .errors")).to_have_count(1)
    page.reload()
    expect(cell(page, 0, "price")).to_have_value("三块五")
    cell(page, 0, "price").fill("3.5")
    is_saved(page)
    assert str(project.costs.get().price) == "3.5000"


def test_without_a_connection_nothing_typed_is_lost(desk_of, people: World) -> None:
    project = ProjectFactory(unit=people.unit)
    desk = desk_of()
    page = open_step(desk, project, "grounds")
    desk.context.set_offline(True)
    page.fill("[name=necessity]", "草原退化")
    is_saved(page, "offline")
    desk.context.set_offline(False)
    is_saved(page)
    project.refresh_from_db()
    assert project.necessity == "草原退化"


def test_the_steps_say_what_is_missing_as_one_writes(desk_of, people: World) -> None:
    page = open_step(desk_of(), ProjectFactory(unit=people.unit), "grounds")
    before = page.locator("[data-step=grounds] [data-missing]").inner_text()
    page.fill("[name=necessity]", "必要")
    is_saved(page)
    assert page.locator("[data-step=grounds] [data-missing]").inner_text() != before


def test_where_lines_stand_the_wizard_stands_and_nothing_overflows(desk_of, people: World) -> None:
    desk = desk_of(language="mvf")
    project = ProjectFactory(unit=people.unit)
    for step in ("basics", "grounds", "costs", "check"):
        page = open_step(desk, project, step)
        assert desk.writing_mode() == "vertical-lr"
        wide = "document.documentElement.scrollHeight - document.documentElement.clientHeight"
        assert page.evaluate(wide) <= 1, step


def test_a_step_that_is_left_by_a_link_is_saved_first(desk_of, people: World) -> None:
    project = ProjectFactory(unit=people.unit)
    page = open_step(desk_of(), project, "grounds")
    expect(page.locator(STATUS)).to_be_attached()
    page.wait_for_load_state("networkidle")
    page.fill("[name=necessity]", "离开前所写")
    page.click("[data-step=funding]")
    page.wait_for_url("**step=funding*")
    project.refresh_from_db()
    assert project.necessity == "离开前所写"
    assert page.evaluate("Object.keys(localStorage).length") == 0
