"""Answers in a real browser: what is computed shows as one types, and rows that were added come back after a reload."""

import json
from contextlib import suppress
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from apps.accounts.tests.factories import make_post
from apps.budget.tests.factories import World
from apps.lowcode.models import FormDefinition, FormPurpose
from apps.lowcode.schema.expressions import parse_expression
from apps.lowcode.selectors.forms import answer_of, values_of
from apps.lowcode.services import forms
from apps.lowcode.services.forms import Place
from apps.lowcode.tests.forms import SYSTEM, choices, definition, field
from apps.lowcode.words import Words
from apps.projects.tests.factories import ProjectFactory
from imbudget.kit.money import parse_with_unit
from imbudget.tests.test_browser import Desk, people
from imbudget.tests.test_browser_entry import desk_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "progress"])]
__all__ = ["desk_of", "make_post", "people"]
BODY = definition(
    field("kind", "choice", choices=choices("a", "b")),
    field("area", "amount"),
    field("share", "percent", shown_if={"fact": "kind", "op": "=", "value": "b"}),
    field(
        "items",
        "table",
        columns=[
            field("name"),
            field("price", "amount"),
            field("count", "integer"),
            field("cost", "computed", expression="price * count"),
        ],
    ),
    field("total", "computed", expression="sum(items.cost) + area * (100 - share) / 100"),
    field("half", "computed", expression="-total / 2"),
    field("per", "computed", expression="total / sum(items.count)"),
)
CALCULATE = """async ([steps, numbers, tables]) => {
    const { compute, number, shown } = await import(document.querySelector("script[src*=answers-computed]").src);
    const read = (row) => new Map(Object.entries(row).map(([key, text]) => [key, number(text, "money")]));
    const value = compute(steps, read(numbers), new Map(Object.entries(tables).map(([key, rows]) => [key, rows.map(read)])));
    return value === null ? null : shown(value);
}"""


def make_form(people: World, purpose: str) -> FormDefinition:
    made = forms.create_form(
        SYSTEM, place=Place(people.tree.banner), purpose=purpose, code="area", name=Words("草原调查")
    )
    forms.save_form(SYSTEM, made, body=BODY)
    forms.publish_form(SYSTEM, made)
    return made


def output(page: Page, key: str) -> Any:
    return page.locator(f"[data-answer={key}] output.computed")


def fill_row(page: Page, at: int, **values: str) -> None:
    for key, text in values.items():
        page.fill(f"[name=answer-items-{at}-{key}]", text)


def test_what_is_computed_shows_while_one_types_and_is_what_is_saved(desk_of: Any, people: World) -> None:
    made = make_form(people, FormPurpose.SURVEY)
    desk: Desk = desk_of()
    page = desk.page
    desk.open(f"/forms/{made.pk}/fill-in/")
    expect(output(page, "total")).to_have_text("—")
    fill_row(page, 0, name="草籽", price="１，０００.0５", count="3")
    fill_row(page, 1, name="围栏", price="1.2万元", count="2")
    row = page.locator("[data-answer-rows] tbody tr").nth(0)
    expect(row.locator("output")).to_have_text("3,000.15")
    expect(page.locator("[data-total=price]")).to_have_text("13,000.05")
    expect(page.locator("[data-total=count]")).to_have_text("5")
    expect(page.locator("[data-total=cost]")).to_have_text("27,000.15")
    page.fill("[name=answer-area]", "100")
    expect(output(page, "total")).to_have_text("27,100.15")
    expect(output(page, "half")).to_have_text("-13,550.08")
    page.select_option("[name=answer-kind]", "b")
    page.fill("[name=answer-share]", "12.5%")
    expect(output(page, "total")).to_have_text("27,087.65")
    page.select_option("[name=answer-kind]", "a")  # what is hidden counts as empty
    expect(output(page, "total")).to_have_text("27,100.15")
    expect(output(page, "per")).to_have_text("5,420.03")
    page.click("[data-add-row]")
    expect(page.locator("[data-answer-rows] tbody tr").last.locator("output")).to_have_text("")
    page.click("main form button[type=submit].pri")
    page.wait_for_url("**/forms/answers/*/")
    for text in ("27,100.15", "-13,550.08", "5,420.03", "3,000.15", "24,000.00"):
        expect(page.locator("main")).to_contain_text(text)


CALCULATIONS: list[tuple[str, dict[str, str], dict[str, list[dict[str, str]]]]] = [
    ("a + b * 2", {"a": "1.10", "b": "2.2"}, {}),
    ("(a - b) / 3", {"a": "10", "b": "0.01"}, {}),
    ("-(a / b)", {"a": "1", "b": "8"}, {}),
    ("a / b", {"a": "1", "b": "0"}, {}),
    ("a / 0", {}, {}),
    ("a * 0.125", {"a": "0.20"}, {}),
    ("a * -0.125", {"a": "0.20"}, {}),
    ("a - b", {"a": "", "b": "-5"}, {}),
    ("a + b", {"a": "", "b": ""}, {}),
    ("2 * 3", {}, {}),
    ("a * a * a", {"a": "999999999.99"}, {}),
    ("sum(t.x) - 1.5", {}, {"t": [{"x": "1"}, {"x": ""}, {"x": "1,000.50"}]}),
    ("sum(t.x) + 1", {}, {"t": [{"x": ""}]}),
    ("sum(t.x) / sum(t.y)", {}, {"t": [{"x": "1万元", "y": "7"}, {"x": "2", "y": "-7"}]}),
    ("--a / -b * (a + (b - (a * 2)))", {"a": "-3.33", "b": "1.07"}, {}),
    ("a", {"a": "¥ 1 234 567.8"}, {}),
    ("a", {"a": "12,34"}, {}),
    ("a", {"a": "1.234"}, {}),
    ("a", {"a": "0.00005万元"}, {}),
]


def test_the_browser_reckons_as_the_server_does(desk_of: Any, people: World) -> None:
    made = make_form(people, FormPurpose.SURVEY)
    desk: Desk = desk_of()
    desk.open(f"/forms/{made.pk}/fill-in/")
    for text, numbers, tables in CALCULATIONS:
        assert desk.page.evaluate(CALCULATE, [steps_of(text), numbers, tables]) == expected(text, numbers, tables), text


def steps_of(text: str) -> Any:
    return json.loads(parse_expression(text).instructions)


def expected(text: str, numbers: dict[str, str], tables: dict[str, list[dict[str, str]]]) -> str | None:
    """What the server makes of it; an amount it cannot read is none for the page, which leaves the word to the server."""
    try:
        value = parse_expression(text).value(
            read(numbers), {key: [read(row) for row in rows] for key, rows in tables.items()}
        )
    except OverflowError:
        return None
    return None if value is None else f"{value:,.2f}"


def read(row: dict[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = dict.fromkeys(row)
    for key, text in row.items():
        with suppress(ValueError):
            found[key] = parse_with_unit(text)
    return found


def test_rows_added_to_a_table_come_back_after_a_reload(desk_of: Any, people: World) -> None:
    make_form(people, FormPurpose.PROJECT)
    project = ProjectFactory(unit=people.unit)
    desk: Desk = desk_of()
    page = desk.page
    address = f"/projects/{project.pk}/edit/?step=form"
    assert desk.open(address) == 200
    saving = "**/projects/*/edit/**"
    page.route(saving, lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    for _number in range(3):
        page.click("[data-add-row]")
    for at, name in enumerate(("草籽", "围栏", "管护", "", "补播")):
        fill_row(page, at, name=name, price="10" if name else "", count="2" if name else "")
    page.fill("[name=answer-area]", "7")
    expect(page.locator("[data-wizard-status]")).to_have_attribute("data-state", "offline", timeout=15_000)
    page.once("dialog", lambda dialog: dialog.accept())
    page.reload()
    for at, name in enumerate(("草籽", "围栏", "管护", "补播")):
        expect(page.locator(f"[name=answer-items-{at}-name]")).to_have_value(name)
    expect(page.locator("[name=answer-area]")).to_have_value("7")
    expect(output(page, "total")).to_have_text("87.00")
    page.unroute(saving)
    page.fill("[name=answer-items-3-count]", "3")
    expect(page.locator("[data-wizard-status]")).to_have_attribute("data-state", "saved", timeout=20_000)
    project.refresh_from_db()
    values = values_of(answer_of("projects.Project", project.pk) or project.answer)
    assert [row["name"] for row in values["items"]] == ["草籽", "围栏", "管护", "补播"]
    assert values["total"] == "97.00"
    page.reload()
    expect(page.locator("[name=answer-items-3-name]")).to_have_value("补播")
    assert page.evaluate("Object.keys(localStorage).length") == 0  # what was saved is kept by the server alone
