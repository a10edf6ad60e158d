"""The entry grid in a real browser: typing, pasting, undoing, saving by itself, two windows, last year's lines."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from apps.budget import services
from apps.budget.entrytexts import COLUMNS
from apps.budget.models import BudgetLine, BudgetSheet
from apps.budget.tests.factories import UP, World, clerk_of, fresh, line, make_sheet
from apps.codes.tests.factories import make_codes
from apps.projects.tests.factories import ProjectFactory
from imbudget.tests.test_browser import Desk, people

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "progress"])]
__all__ = ["people"]
STATUS = "[data-grid-status]"
ORDER = [name for name, _label in COLUMNS]
# Columns that are pasted side by side, as in a spreadsheet: government class and difference are passed over.
PASTED = (
    "2010101-行政运行\t30101\t\t111\t基本支出\t\t\t¥ １,２３４．5\t1,000.00\r\n"
    "2010102\t30201\t\t111\t\t\t\t12..3\t\r\n"
    "2050202 小学教育\t30201\t\t111\t项目支出\t\t校舍维修\t200\t\r\n"
)


@pytest.fixture
def desk_of(chromium: Browser, live_server: Any, people: World) -> Iterator[Callable[..., Desk]]:
    desks: list[Desk] = []

    def sit_down(username: str = "clerk", language: str = "zh-hans", **context: Any) -> Desk:
        desks.append(Desk(chromium, live_server.url, username, language, **context))
        return desks[-1]

    yield sit_down
    for desk in desks:
        desk.close()


def open_grid(desk: Desk, sheet: BudgetSheet) -> Page:
    assert desk.open(f"/budget/sheets/{sheet.pk}/edit/") == 200
    expect(desk.page.locator(".grid-editor")).to_be_visible()
    return desk.page


def saved(page: Page) -> None:
    expect(page.locator(STATUS)).to_have_attribute("data-state", "saved", timeout=15_000)


def cell(page: Page, row: int, column: str) -> Any:
    """A cell by its row (from 0) and the name of its column."""
    return page.locator(f"tr[data-row='{row}'] td").nth(ORDER.index(column))


def write(page: Page, row: int, column: str, text: str) -> None:
    cell(page, row, column).click(force=True)
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def paste(page: Page, text: str) -> None:
    page.locator(".grid-editor").evaluate(
        """(field, text) => {
            const data = new DataTransfer();
            data.setData("text/plain", text);
            field.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }""",
        text,
    )


def test_lines_are_typed_like_in_a_spreadsheet_and_save_themselves(desk_of, people: World) -> None:
    sheet = make_sheet(people.codes, people.unit, [])
    page = open_grid(desk_of(), sheet)
    cell(page, 0, "function").click(force=True)
    page.keyboard.type("行政运行")
    expect(page.locator(".grid-choices li")).to_have_count(1)
    page.locator(".grid-choices li").click()
    expect(page.locator(".grid-editor")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.type("30101")
    page.keyboard.press("Tab")
    expect(cell(page, 0, "government")).to_have_text("50101-工资奖金津补贴")
    page.keyboard.type("111")
    for _ in range(4):
        page.keyboard.press("Tab")
    page.keyboard.type("１,２３４.5")
    page.keyboard.press("Enter")
    saved(page)
    expect(cell(page, 0, "amount")).to_have_text("1,234.50")
    expect(page.locator("tfoot [data-sum=amount]")).to_have_text("1,234.50")
    row = BudgetLine.objects.get(sheet=sheet)
    assert (row.function.code, row.government_economic.code, row.amount) == ("2010101", "50101", Decimal("1234.50"))
    page.reload()
    expect(cell(page, 0, "amount")).to_have_text("1,234.50")


def test_a_pasted_block_is_taken_and_its_bad_row_is_named(desk_of, people: World) -> None:
    sheet = make_sheet(people.codes, people.unit, [])
    page = open_grid(desk_of(), sheet)
    cell(page, 0, "function").click(force=True)
    paste(page, PASTED)
    expect(page.locator(STATUS)).to_have_attribute("data-state", "some_bad", timeout=15_000)
    expect(page.locator("[data-grid-bad] li")).to_have_count(1)
    assert "2" in page.inner_text("[data-grid-bad] li")
    assert cell(page, 1, "amount").get_attribute("aria-invalid") == "true"
    rows = BudgetLine.objects.filter(sheet=sheet).order_by("number")
    assert [(row.amount, row.kind) for row in rows] == [(Decimal("1234.50"), "basic"), (Decimal(200), "project")]
    page.reload()  # what could not be saved is still there
    expect(page.locator(STATUS)).to_have_attribute("data-state", "some_bad", timeout=15_000)
    expect(cell(page, 1, "amount")).to_have_text("12..3")
    write(page, 1, "amount", "12.3")
    saved(page)
    assert [row.amount for row in rows.all()] == [Decimal("1234.50"), Decimal("12.30"), Decimal(200)]


def test_a_block_with_heads_goes_where_they_say(desk_of, people: World) -> None:
    sheet = make_sheet(people.codes, people.unit, [])
    page = open_grid(desk_of(), sheet)
    paste(
        page,
        "单位代码\t资金性质\t金额（元）\t功能分类科目\t部门经济分类科目\r\n1\t111\t1,000\t2010101-行政运行\t30101\r\n",
    )
    page.keyboard.press("Control+s")
    saved(page)
    row = BudgetLine.objects.get(sheet=sheet)
    assert (row.function.code, row.fund.code, row.amount) == ("2010101", "111", Decimal(1000))


def test_undo_and_redo_reach_over_what_was_saved(desk_of, people: World) -> None:
    sheet = make_sheet(people.codes, people.unit)
    page = open_grid(desk_of(), sheet)
    write(page, 0, "amount", "7")
    saved(page)
    assert fresh(sheet).total == Decimal("257.50")
    cell(page, 1, "function").click(force=True)
    page.keyboard.press("Alt+Delete")
    page.keyboard.press("Control+s")
    saved(page)
    assert fresh(sheet).total == Decimal("7.00")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+s")
    saved(page)
    assert [row.amount for row in sheet.lines.order_by("number")] == [Decimal(100), Decimal("250.50")]
    page.keyboard.press("Control+y")
    page.keyboard.press("Control+s")
    saved(page)
    assert fresh(sheet).total == Decimal("257.50")


def copied(page: Page) -> str:
    """What Ctrl+C puts on the clipboard."""
    return page.locator(".grid-editor").evaluate(
        """(field) => {
            const data = new DataTransfer();
            field.dispatchEvent(new ClipboardEvent("copy", { clipboardData: data, bubbles: true, cancelable: true }));
            return data.getData("text/plain");
        }"""
    )


def test_the_keyboard_alone_reaches_all_of_a_long_sheet(desk_of, people: World) -> None:
    lines = [line(people.codes, f"{number}.00") for number in range(1, 121)]
    sheet = make_sheet(people.codes, people.unit, lines)
    page = open_grid(desk_of(), sheet)
    keys = page.keyboard
    keys.press("Control+End")
    assert "120" in (page.locator(".grid-editor").get_attribute("aria-label") or "")
    keys.press("Control+Home")
    keys.press("PageDown")
    keys.press("Home")
    for _ in range(ORDER.index("amount")):
        keys.press("ArrowRight")
    start = int(page.locator("tr[data-row]:has(td.chosen)").get_attribute("data-row") or 0)
    assert start > 5
    keys.type("7")
    keys.press("Enter")
    keys.press("ArrowUp")
    keys.press("Shift+ArrowDown")
    keys.press("Shift+ArrowDown")
    assert copied(page).split() == ["7.00", f"{start + 2}.00", f"{start + 3}.00"]
    keys.press("Control+d")
    keys.press("Control+s")
    saved(page)
    amounts = list(sheet.lines.order_by("number").values_list("amount", flat=True))
    assert amounts[start : start + 4] == [Decimal(7), Decimal(7), Decimal(7), Decimal(start + 4)]
    keys.press("Escape")  # and out of the table again
    keys.press("Tab")
    assert page.evaluate("document.activeElement.tagName") == "A"


def test_without_connection_nothing_is_lost(desk_of, people: World) -> None:
    sheet = make_sheet(people.codes, people.unit)
    desk = desk_of()
    page = open_grid(desk, sheet)
    desk.context.set_offline(True)
    write(page, 0, "amount", "9")
    page.keyboard.press("Control+s")
    expect(page.locator(STATUS)).to_have_attribute("data-state", "offline", timeout=15_000)
    assert fresh(sheet).total == Decimal("350.50")
    desk.context.set_offline(False)
    saved(page)
    assert fresh(sheet).total == Decimal("259.50")


def test_two_windows_on_one_sheet(desk_of, people: World) -> None:
    """Different lines are merged and said; the same line is asked about."""
    sheet = make_sheet(people.codes, people.unit)
    mine, theirs = open_grid(desk_of(), sheet), open_grid(desk_of(), sheet)
    write(theirs, 1, "amount", "11")
    saved(theirs)
    write(mine, 0, "amount", "22")
    saved(mine)
    expect(cell(mine, 1, "amount")).to_have_text("11.00")
    assert fresh(sheet).total == Decimal(33)
    write(mine, 1, "amount", "33")
    saved(mine)
    write(theirs, 1, "amount", "44")
    expect(theirs.locator(".conflicts fieldset")).to_have_count(1, timeout=15_000)
    assert "33.00" in theirs.inner_text(".conflicts")
    assert fresh(sheet).total == Decimal(55)
    theirs.locator(".conflicts input[value=mine]").check()
    theirs.locator(".conflicts button").click()
    saved(theirs)
    assert fresh(sheet).total == Decimal(66)


def test_last_years_lines_are_copied(desk_of, people: World) -> None:
    codes = make_codes(people.codes.year - 1)
    make_sheet(codes, people.unit, [line(codes, "80.00", project_name="上年项目")], state="accepted", year=codes.year)
    desk = desk_of()
    sheet = services.open_sheet(clerk_of(people.unit), people.unit, people.codes.year, UP)
    desk.act(f"/budget/sheets/{sheet.pk}/copy/")
    page = desk.page
    expect(cell(page, 0, "prior_approved")).to_have_text("80.00")
    expect(cell(page, 0, "difference")).to_have_text("0.00")
    write(page, 0, "amount", "100")
    expect(cell(page, 0, "difference")).to_have_text("20.00")
    saved(page)
    assert sheet.lines.get().prior_approved == Decimal(80)


def test_the_grid_stands_in_mongolian(desk_of, people: World) -> None:
    """Rows follow each other along the block axis: the right arrow goes to the next line."""
    sheet = make_sheet(people.codes, people.unit)
    desk = desk_of(language="mvf")
    page = open_grid(desk, sheet)
    assert desk.writing_mode() == "vertical-lr"
    cell(page, 0, "amount").click(force=True)
    page.keyboard.press("ArrowRight")
    page.keyboard.type("5")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+s")
    saved(page)
    assert [row.amount for row in sheet.lines.order_by("number")] == [Decimal(100), Decimal(5)]


def test_the_plain_form_works_without_script(desk_of, people: World) -> None:
    sheet = make_sheet(people.codes, people.unit)
    desk = desk_of(java_script_enabled=False)
    assert desk.open(f"/budget/sheets/{sheet.pk}/edit/") == 200
    desk.page.wait_for_url("**/edit/?plain")
    desk.page.fill("[name=lines-0-amount]", "1,000")
    with desk.page.expect_navigation():
        desk.page.click("main form button[type=submit]:not([name=more])")
    assert fresh(sheet).total == Decimal("1250.50")


def test_a_stored_project_is_chosen_and_brings_its_name_and_kind(desk_of, people: World):
    project = ProjectFactory(unit=people.unit, stored=True, name="草原围栏", total=Decimal("1000.00"))
    sheet = make_sheet(people.codes, people.unit, [line(people.codes)])
    page = open_grid(desk_of(), sheet)
    cell(page, 0, "project_code").click(force=True)
    page.keyboard.type("围栏")
    option = page.locator("#grid-choices li")
    expect(option).to_contain_text("1,000.00")
    option.click()
    saved(page)
    row = BudgetLine.objects.get(sheet=sheet)
    assert (row.project_code, row.project_name, row.kind) == (project.code, "草原围栏", "project")
    write(page, 0, "project_code", "15010226T000000000009")  # any other code may be written too
    saved(page)
    row.refresh_from_db()
    assert (row.project_code, row.project_name) == ("15010226T000000000009", "草原围栏")
