"""An id of another county is answered as one that no row has, wherever it is sent, and nothing is written."""

from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse

from apps.accounts.tests.factories import client_of
from imbudget.kit.testing.queries import asked, writes
from imbudget.tests.test_sweep import ARGUMENTS, BY_UUID, NAMES, WRITTEN_DOWN, House, make_house

pytestmark = [pytest.mark.django_db, pytest.mark.covers("B1", "B6")]
NOBODYS = 2**31 - 7


def place_of(row: Any) -> int | None:
    """The region that a row lies in, by itself or by its unit; None where neither says."""
    for owner in (row, getattr(row, "unit", None)):
        if getattr(owner, "region_id", None):
            return int(owner.region_id)
    return None


def row_of(house: House, name: str) -> Any:
    return house.rows.get(name) or next((row for start, row in house.by_space.items() if name.startswith(start)), None)


def test_a_neighbour_learns_nothing_from_an_id():
    house = make_house()
    browser = client_of("banner_officer", house.world.tree.neighbour)
    names = [name for name in NAMES if ARGUMENTS[name] == ["pk"] and name not in BY_UUID and "public_" not in name]
    names = [name for name in names if place_of(row_of(house, name)) == house.world.tree.banner.pk]
    wrong = []
    for name in names:
        for method in ("get", "post"):
            with asked() as statements, transaction.atomic():
                theirs = getattr(browser, method)(house.address(name))
            nobodys = getattr(browser, method)(reverse(name, args=[NOBODYS]))
            if theirs.status_code != nobodys.status_code or theirs.status_code not in {403, 404, 405}:
                wrong.append((name, method, theirs.status_code, nobodys.status_code))
            if done := [sql for sql in writes(statements) if not WRITTEN_DOWN.search(sql)]:  # a refusal is written down
                wrong.append((name, method, done))
    assert wrong == []
    assert len(names) > 40
