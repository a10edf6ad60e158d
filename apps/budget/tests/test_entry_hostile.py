"""Patches that no page of ours sends: odd values, lines named twice, lines of others, answers lost more than once."""

from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from apps.accounts.tests.factories import client_of
from apps.budget import services
from apps.budget.models import BudgetSheet
from apps.budget.selectors.entry import entry_rows
from apps.budget.services.entry import Changes
from apps.budget.tests.factories import World, clerk_of, fresh, line, make_sheet
from apps.budget.tests.test_entry import ROW, amounts, entry, new, send

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "body",
    [
        b'{"version": Infinity}',
        b'{"version": 1, "removed": [{"pk": 1e999, "base": ""}]}',
        b"[" * 100_000,
        b'{"version": 1, "rows": ' + b"[" * 100_000,
    ],
)
def test_numbers_without_end_and_nests_without_bottom_are_refused(world: World, body):
    client, sheet = client_of("unit_clerk", world.unit), make_sheet(world.codes, world.unit)
    response = client.post(reverse("budget:sheet_save", args=[sheet.pk]), body, content_type="application/json")
    assert (response.status_code, bool(response.json()["message"])) == (422, True)


def test_half_a_character_is_left_out(world: World):
    client, sheet = client_of("unit_clerk", world.unit), make_sheet(world.codes, world.unit, [])
    row = entry(note="草\ud83d")
    assert send(client, sheet, [row]).status_code == 200
    assert sheet.lines.get().note == "草"


def rows_of(sheet: BudgetSheet, case: str) -> dict[str, Any]:
    row, added = entry_rows(sheet)[0], entry()
    known = {"pk": row.pk, "base": row.stamp, "values": ROW}
    return {
        "new twice": {"rows": [added, added]},
        "known twice": {"rows": [known, known]},
        "written and deleted": {"rows": [known], "removed": [{"pk": row.pk, "base": row.stamp}]},
        "deleted twice": {"rows": [], "removed": [{"pk": row.pk, "base": row.stamp}] * 2},
    }[case]


@pytest.mark.parametrize("case", ["new twice", "known twice", "written and deleted", "deleted twice"])
def test_a_line_is_named_once_in_a_patch(world: World, case):
    client, sheet = client_of("unit_clerk", world.unit), make_sheet(world.codes, world.unit)
    assert send(client, sheet, **rows_of(sheet, case)).status_code == 422
    assert fresh(sheet).version == sheet.version


def test_a_form_that_names_a_new_line_twice_is_refused(world: World):
    client, sheet, key = client_of("unit_clerk", world.unit), make_sheet(world.codes, world.unit), str(uuid4())
    data = {"version": str(sheet.version), "lines-TOTAL_FORMS": "2", "lines-INITIAL_FORMS": "0"}
    for number in (0, 1):
        data |= {f"lines-{number}-{name}": value for name, value in (ROW | {"key": key}).items()}
    assert client.post(reverse("budget:sheet_edit", args=[sheet.pk]), data).status_code == 422
    assert fresh(sheet).version == sheet.version


def test_a_deleted_row_of_a_form_may_hold_nonsense(world: World):
    client, sheet = client_of("unit_clerk", world.unit), make_sheet(world.codes, world.unit)
    data = {"version": str(sheet.version), "lines-TOTAL_FORMS": "1", "lines-INITIAL_FORMS": "1"}
    data |= {"lines-0-pk": "x", "lines-0-base": "x" * 99, "lines-0-DELETE": "on"}
    assert client.post(reverse("budget:sheet_edit", args=[sheet.pk]), data).status_code == 302
    assert fresh(sheet).version == sheet.version


def test_a_guessed_line_of_another_unit_tells_nothing(world: World):
    client, sheet = client_of("unit_clerk", world.unit), make_sheet(world.codes, world.unit)
    other = entry_rows(make_sheet(world.codes, world.neighbour_unit))[0]
    answer = send(client, sheet, [{"pk": other.pk, "base": other.stamp, "values": ROW}])
    (conflict,) = answer.json()["conflicts"]
    assert (conflict["theirs"], conflict["who"], conflict["when"]) == (None, "", "")


def test_a_line_whose_answers_were_lost_twice_is_still_its_writers(world: World):
    clerk, sheet, added = clerk_of(world.unit), make_sheet(world.codes, world.unit, []), new(line(world.codes, "1.00"))
    for amount in ("1.00", "2.00", "3.00"):
        change = replace(added, line=line(world.codes, amount))
        services.save_changes(clerk, fresh(sheet), 2, Changes([change]))
    assert amounts(sheet) == [Decimal("3.00")]
