"""In a real browser: the split of a control figure adds up while one types; a finding leads to its line in the grid."""

from typing import Any

import pytest
from playwright.sync_api import expect

from apps.accounts.tests.factories import UserFactory, make_post
from apps.budget.tests.controlled import department_figure, give
from apps.budget.tests.factories import World, line, make_sheet
from apps.regions.tests.factories import UnitFactory
from imbudget.tests.test_browser import people
from imbudget.tests.test_browser_entry import desk_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "progress"])]
__all__ = ["desk_of", "people"]


def test_a_split_adds_up_while_one_types(desk_of: Any, people: World) -> None:
    other = UnitFactory(region=people.tree.banner, department=people.unit.department)
    give(people, "1000.00", "800.00", "500.00")
    make_post("department_reviewer", people.unit.department, UserFactory(username="reviewer"))
    desk = desk_of("reviewer")
    assert desk.open(f"/budget/control/{department_figure(people).pk}/split/") == 200
    page = desk.page
    given, left, exceeded = (page.locator(f"[data-{name}]") for name in ("given", "left", "exceeded"))
    expect(given).to_have_text("500.00")
    expect(left).to_have_text("300.00")
    page.locator(f"[name=amount_{other.pk}]").press_sequentially("３00.01")  # full-width digits count as well
    expect(given).to_have_text("800.01")
    expect(left).to_have_text("-0.01")
    expect(exceeded).to_be_visible()
    page.fill(f"[name=amount_{people.unit.pk}]", "")  # left empty, a part keeps what it has
    page.fill(f"[name=amount_{other.pk}]", "1,00.x")
    expect(given).to_have_text("500.00")
    expect(exceeded).to_be_hidden()


def test_a_finding_leads_to_its_line_on_the_entry_page(desk_of: Any, people: World) -> None:
    lines = [line(people.codes, f"{number}.00") for number in range(1, 61)]
    sheet = make_sheet(people.codes, people.unit, lines)
    sheet.lines.filter(number=55).update(department_economic=None, government_economic=None)
    desk = desk_of()
    assert desk.open(f"{sheet.get_absolute_url()}?tab=checks") == 200
    desk.page.locator("a[href$='#line-55']").first.click()
    expect(desk.page.locator(".grid-editor")).to_be_focused()
    expect(desk.page.locator("tr:has(> td.chosen) > th")).to_have_text("55")
    expect(desk.page.locator("tr:has(> td.chosen)")).to_be_in_viewport()
