"""Saving parts of a sheet: what is written, what others wrote meanwhile, and what is never written twice."""

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.tests.factories import client_of
from apps.budget import services
from apps.budget.models import BudgetLine, BudgetSheet, EnteredLine, RegionSetting
from apps.budget.selectors.entry import EntryRow, entry_rows, last_changes
from apps.budget.services.entry import Changes, Declared, LineChange, Removal, SaveConflict, resolve
from apps.budget.services.sheets import LineInput
from apps.budget.tests.factories import World, clerk_of, fresh, head_of, line, make_sheet, officer_of
from apps.codes.models import FiscalYear, YearState
from apps.evidence.models import Entry
from imbudget.kit.errors import NotAllowed, RuleViolation

pytestmark = pytest.mark.django_db


def change(row: EntryRow, written: LineInput) -> LineChange:
    """The row as it was shown, with what someone writes into it."""
    return LineChange(replace(written, pk=row.pk), base=row.stamp)


def new(written: LineInput, after: str | None = None) -> LineChange:
    return LineChange(written, key=str(uuid4()), after=after)


def amounts(sheet: BudgetSheet) -> list[Decimal]:
    return list(sheet.lines.order_by("number").values_list("amount", flat=True))


def test_only_touched_lines_are_written(world: World):
    clerk, sheet = clerk_of(world.unit), make_sheet(world.codes, world.unit)
    first, second = entry_rows(sheet)
    result = services.save_changes(
        clerk, sheet, sheet.version, Changes([change(first, line(world.codes, "7.00", note="改"))])
    )
    assert (result.version, result.merged, result.total) == (3, False, Decimal("257.50"))
    assert result.rows[str(first.pk)].values["note"] == "改"
    kinds = BudgetLine.history.filter(id=second.pk).values_list("history_type", flat=True)
    assert list(kinds) == ["+"]
    newest = BudgetLine.history.filter(id=first.pk).latest("history_id")
    assert (newest.history_user_id, newest.history_change_reason) == (clerk.user_id, "save_changes")


def test_a_save_leaves_one_light_record_and_nothing_when_nothing_changed(world: World):
    clerk, sheet = clerk_of(world.unit), make_sheet(world.codes, world.unit)
    row = entry_rows(sheet)[0]
    before = Entry.objects.count()
    same = change(row, line(world.codes))
    assert services.save_changes(clerk, sheet, sheet.version, Changes([same])).version == sheet.version
    assert Entry.objects.count() == before
    services.save_changes(clerk, sheet, sheet.version, Changes([change(row, line(world.codes, "1.00"))]))
    entry = Entry.objects.filter(event="budget.lines_saved").latest("pk")
    assert entry.facts == {"version": 3, "added": 0, "changed": 1, "deleted": 0}


def test_new_lines_stand_where_they_were_written(world: World):
    clerk, sheet = clerk_of(world.unit), make_sheet(world.codes, world.unit)
    first = entry_rows(sheet)[0]
    middle, head, end = (
        new(line(world.codes, "2.00"), str(first.pk)),
        new(line(world.codes, "1.00"), ""),
        new(line(world.codes, "9.00")),
    )
    behind = new(line(world.codes, "3.00"), middle.key)
    services.save_changes(clerk, sheet, sheet.version, Changes([head, middle, behind, end]))
    assert amounts(sheet) == [Decimal(text) for text in ("1", "100", "2", "3", "250.5", "9")]
    assert list(sheet.lines.order_by("number").values_list("number", flat=True)) == [1, 2, 3, 4, 5, 6]


def test_a_deleted_line_leaves_no_gap(world: World):
    clerk, sheet = clerk_of(world.unit), make_sheet(world.codes, world.unit)
    first = entry_rows(sheet)[0]
    services.save_changes(clerk, sheet, sheet.version, Changes(removed=[Removal(first.pk, first.stamp)]))
    assert list(sheet.lines.values_list("number", "amount")) == [(1, Decimal("250.50"))]


def test_a_patch_whose_answer_was_lost_is_written_once(world: World):
    clerk, sheet = clerk_of(world.unit), make_sheet(world.codes, world.unit)
    first, second = entry_rows(sheet)
    added = new(line(world.codes, "5.00"))
    patch = Changes([change(first, line(world.codes, "7.00")), added], [Removal(second.pk, second.stamp)])
    once = services.save_changes(clerk, sheet, sheet.version, patch)
    again = services.save_changes(clerk, fresh(sheet), 2, patch)
    assert (again.version, again.written) == (once.version, 0)
    assert again.rows[added.key].pk == once.rows[added.key].pk
    assert amounts(sheet) == [Decimal(7), Decimal(5)]
    assert EnteredLine.objects.count() == 1


def test_a_new_line_written_on_after_its_answer_was_lost_stays_one_line(world: World):
    clerk, sheet = clerk_of(world.unit), make_sheet(world.codes, world.unit, [])
    added = new(line(world.codes, "5.00"))
    services.save_changes(clerk, sheet, sheet.version, Changes([added]))
    services.save_changes(clerk, fresh(sheet), 2, Changes([replace(added, line=line(world.codes, "6.00"))]))
    assert amounts(sheet) == [Decimal(6)]


def test_lines_of_others_are_kept_and_it_is_said(world: World):
    mine, theirs, sheet = clerk_of(world.unit), clerk_of(world.unit), make_sheet(world.codes, world.unit)
    first, second = entry_rows(sheet)
    old = fresh(sheet)
    services.save_changes(theirs, sheet, 2, Changes([change(second, line(world.codes, "8.00"))]))
    result = services.save_changes(mine, old, 2, Changes([change(first, line(world.codes, "7.00"))]))
    assert (result.merged, result.version) == (True, 4)
    assert amounts(sheet) == [Decimal(7), Decimal(8)]


@pytest.mark.parametrize("theirs", ["changed", "deleted"])
@pytest.mark.parametrize("mine", ["changed", "deleted"])
def test_the_same_line_is_asked_about(world: World, theirs, mine):
    """Nothing is written, and the answer names both sides, the other person and the time."""
    me, other, sheet = clerk_of(world.unit), clerk_of(world.unit), make_sheet(world.codes, world.unit)
    row = entry_rows(sheet)[0]
    patches = {
        "changed": lambda amount: Changes([change(row, line(world.codes, amount))]),
        "deleted": lambda amount: Changes(removed=[Removal(row.pk, row.stamp)]),
    }
    old = fresh(sheet)
    services.save_changes(other, sheet, 2, patches[theirs]("8.00"))
    if (theirs, mine) == ("deleted", "deleted"):
        assert services.save_changes(me, old, 2, patches[mine]("7.00")).written == 0
        return
    with pytest.raises(SaveConflict) as refused:
        services.save_changes(me, old, 2, patches[mine]("7.00"))
    (conflict,) = refused.value.conflicts
    assert (conflict.theirs or {}).get("amount") == ("8.00" if theirs == "changed" else None)
    assert (conflict.mine or {}).get("amount") == ("7.00" if mine == "changed" else None)
    assert conflict.change.who == other.name
    assert fresh(sheet).version == 3
    kept = resolve(patches[mine]("7.00"), {conflict.name: (True, conflict.stamp)})
    services.save_changes(me, fresh(sheet), 3, kept)
    services.save_changes(me, fresh(sheet), 3, kept)  # sent twice, written once
    expected = [Decimal(7)] if mine == "changed" else []
    assert sorted(amounts(sheet)) == [*expected, Decimal("250.50")]
    dropped = resolve(patches[mine]("7.00"), {conflict.name: (False, conflict.stamp)})
    assert (list(dropped.lines), list(dropped.removed)) == ([], [])


def test_a_renumbered_line_is_still_its_writers(world: World):
    mine, other, sheet = clerk_of(world.unit), clerk_of(world.unit), make_sheet(world.codes, world.unit)
    row = entry_rows(sheet)[1]
    services.save_changes(mine, sheet, 2, Changes([change(row, line(world.codes, "8.00"))]))
    services.save_changes(other, fresh(sheet), 3, Changes([new(line(world.codes, "1.00"), "")]))
    assert last_changes(sheet, [row.pk])[row.pk].who == mine.name


def test_a_declared_total_of_two_is_asked_about(world: World):
    clerk, sheet = clerk_of(world.unit), make_sheet(world.codes, world.unit)
    services.save_changes(clerk, sheet, 2, Changes(declared=Declared(Decimal("350.50"), "")))
    assert fresh(sheet).declared_total == Decimal("350.50")
    with pytest.raises(SaveConflict) as refused:
        services.save_changes(clerk, fresh(sheet), 2, Changes(declared=Declared(Decimal(1), "")))
    assert refused.value.conflicts[0].theirs == {"declared_total": "350.50"}


def test_a_line_of_another_sheet_is_not_taken_over(world: World):
    other = make_sheet(world.codes, world.neighbour_unit)
    sheet = make_sheet(world.codes, world.unit, [])
    stolen = entry_rows(other)[0]
    with pytest.raises(SaveConflict):
        services.save_changes(clerk_of(world.unit), sheet, 2, Changes([change(stolen, line(world.codes, "1.00"))]))
    services.save_changes(clerk_of(world.unit), sheet, 2, Changes(removed=[Removal(stolen.pk, stolen.stamp)]))
    assert amounts(other) == [Decimal(100), Decimal("250.50")]


@pytest.mark.parametrize("who", ["head", "officer", "neighbour clerk"])
def test_only_the_units_clerk_saves(world: World, who):
    sheet = make_sheet(world.codes, world.unit)
    actor = {
        "head": lambda: head_of(world.unit),
        "officer": lambda: officer_of(world.tree.banner),
        "neighbour clerk": lambda: clerk_of(world.neighbour_unit),
    }[who]()
    for act in (
        lambda: services.save_changes(actor, sheet, 2, Changes([new(line(world.codes))])),
        lambda: services.copy_from_last_year(actor, sheet),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert sheet.lines.count() == 2


def test_neither_a_sheet_that_was_handed_in_nor_a_closed_year_takes_a_patch(world: World):
    clerk, sheet = clerk_of(world.unit), make_sheet(world.codes, world.unit)
    stale = fresh(sheet)
    FiscalYear.objects.filter(pk=world.codes.year).update(state=YearState.CLOSED)
    with pytest.raises(RuleViolation, match="closed"):
        services.save_changes(clerk, sheet, 2, Changes([new(line(world.codes))]))
    FiscalYear.objects.filter(pk=world.codes.year).update(state=YearState.OPEN)
    services.submit_sheet(head_of(world.unit), sheet)
    with pytest.raises(NotAllowed, match="handed in"):
        services.save_changes(clerk, stale, 2, Changes([new(line(world.codes))]))


@pytest.mark.parametrize("round_", ["first_up", "second_up"])
def test_both_rounds_of_units_are_entered(world: World, round_):
    clerk = clerk_of(world.unit)
    sheet = services.open_sheet(clerk, world.unit, world.codes.year, round_)
    services.save_changes(clerk, sheet, 1, Changes([new(line(world.codes, "3.00"))]))
    assert sheet.lines.get().round == round_


# --- the address that takes patches ---

ROW = {"function": "2010101", "department_economic": "30101", "fund": "111", "amount": "10"}


def send(client: Any, sheet: BudgetSheet, rows: list[dict[str, Any]], **more: Any) -> Any:
    body = {"version": sheet.version, "rows": rows, "removed": [], **more}
    return client.post(reverse("budget:sheet_save", args=[sheet.pk]), json.dumps(body), content_type="application/json")


def entry(**values: str) -> dict[str, Any]:
    return {"pk": None, "key": str(uuid4()), "base": "", "values": ROW | values}


def test_good_rows_are_saved_and_bad_ones_are_named(world: World):
    client, sheet = client_of("unit_clerk", world.unit), make_sheet(world.codes, world.unit, [])
    rows = [
        entry(amount="１,２３４．5", kind="项目支出", project_name="甲"),
        entry(function="9999999", amount="1,23"),
        entry(function="20101"),
        entry(fund="111 本级", department_economic=""),
    ]
    answer = send(client, sheet, rows).json()
    assert list(answer["rows"]) == [rows[0]["key"]]
    assert answer["rows"][rows[0]["key"]][2:] == [
        *("50101", "2010101", "30101", "111", "project", "", "甲", "1234.50", "", "", ""),
    ]
    assert {name: sorted(fields) for name, fields in answer["errors"].items()} == {
        rows[1]["key"]: ["amount", "function"],
        rows[2]["key"]: ["function"],
        rows[3]["key"]: ["department_economic"],
    }
    assert (answer["version"], answer["total"]) == (3, "1234.50")


def test_a_line_by_function_alone_is_entered_where_the_region_allows_it(world: World):
    client, sheet = client_of("unit_clerk", world.unit), make_sheet(world.codes, world.unit, [])
    RegionSetting.objects.create(region=world.tree.banner, function_level_lines=True)
    assert send(client, sheet, [entry(department_economic="")]).json()["errors"] == {}
    assert sheet.lines.get().department_economic is None


def test_a_conflict_comes_back_with_both_sides(world: World):
    client, sheet = client_of("unit_clerk", world.unit), make_sheet(world.codes, world.unit)
    row = entry_rows(sheet)[0]
    written = {"pk": row.pk, "key": str(uuid4()), "base": row.stamp, "values": row.values | {"amount": "1"}}
    assert send(client, sheet, [written]).status_code == 200
    response = send(client, sheet, [written | {"values": row.values | {"amount": "2"}}])
    (conflict,) = response.json()["conflicts"]
    assert response.status_code == 409
    assert [(mine, theirs) for _label, mine, theirs in conflict["fields"]] == [("2.00", "1.00")]
    assert len(response.json()["all"]) == 2


@pytest.mark.parametrize(
    "body",
    [b"", b"x", b"[]", b"{}", b'{"version": "x"}', b'{"version": 1, "rows": [1]}', b'{"version": 1, "rows": [{}]}']
    + [b'{"version": 1, "removed": [{"pk": "x", "base": ""}]}', b'{"version": 1, "rows": [{"pk": null, "key": "x"}]}'],
)
def test_nonsense_is_refused_with_a_sentence(world: World, body):
    client, sheet = client_of("unit_clerk", world.unit), make_sheet(world.codes, world.unit)
    response = client.post(reverse("budget:sheet_save", args=[sheet.pk]), body, content_type="application/json")
    assert (response.status_code, bool(response.json()["message"])) == (422, True)
    assert fresh(sheet).version == sheet.version


@pytest.mark.parametrize(
    ("role", "place", "expected"),
    [
        ("unit_clerk", "neighbour_unit", 404),
        ("unit_head", "unit", 403),
        ("banner_officer", "banner", 403),
        ("auditor", "banner", 403),
        ("system_admin", "root", 403),
    ],
)
def test_others_are_kept_out(world: World, role, place, expected):
    sheet = make_sheet(world.codes, world.unit)
    node = getattr(world, place, None) or getattr(world.tree, place)
    client = client_of(role, node)
    assert send(client, sheet, [entry()]).status_code == expected
    for name in ("sheet_edit", "sheet_copy"):
        assert client.get(reverse(f"budget:{name}", args=[sheet.pk])).status_code in {403, 404}
    assert client.get(reverse("budget:sheet_template", args=[sheet.pk])).status_code == expected
    assert fresh(sheet).total == Decimal("350.50")


def test_a_handed_in_sheet_answers_why(world: World):
    client, sheet = client_of("unit_clerk", world.unit), make_sheet(world.codes, world.unit, state="submitted")
    response = send(client, sheet, [entry()])
    assert (response.status_code, "message" in response.json()) == (403, True)


def queries(client: Any, sheet: BudgetSheet, rows: list[dict[str, Any]]) -> int:
    with CaptureQueriesContext(connection) as caught:
        answer = send(client, sheet, rows)
    assert answer.json()["errors"] == {}
    return len(caught)


def test_a_save_asks_the_same_of_the_database_for_10_and_for_500_lines(world: World):
    client, sheet = client_of("unit_clerk", world.unit), make_sheet(world.codes, world.unit, [])
    send(client, sheet, [])
    few = queries(client, sheet, [entry(project_name=str(number)) for number in range(10)])
    many = queries(client, fresh(sheet), [entry(project_name=str(number)) for number in range(500)])
    assert few == many
    rows = entry_rows(sheet)

    def changed(count: int, amount: str) -> list[dict[str, Any]]:
        return [{"pk": row.pk, "base": row.stamp, "values": row.values | {"amount": amount}} for row in rows[:count]]

    few = queries(client, fresh(sheet), changed(10, "1"))
    rows = entry_rows(sheet)
    assert queries(client, fresh(sheet), changed(500, "2")) == few


# --- codes ---


def test_codes_are_leaves_with_what_they_lead_to_and_are_kept_by_the_browser(world: World):
    client = client_of("unit_clerk", world.unit)
    response = client.get(f"{reverse('budget:codes')}?year={world.codes.year}")
    data = response.json()
    assert [row[0] for row in data["leaves"]["function"]] == ["2010101", "2010102", "2050202"]
    assert data["derived"]["administrative"]["30101"] == ["50101", "工资奖金津补贴"]
    assert "no-store" not in response["Cache-Control"]
    again = client.get(
        f"{reverse('budget:codes')}?year={world.codes.year}", headers={"If-None-Match": response["ETag"]}
    )
    assert (again.status_code, again.content) == (304, b"")
