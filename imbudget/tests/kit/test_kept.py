"""Rows put back are the rows that the services wrote."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction

from apps.budget.tests.factories import World, make_sheet, make_world
from apps.regions.models import Region
from apps.regions.tests.factories import UnitFactory, make_region, make_tree
from imbudget.kit.testing.kept import TABLES, kept

pytestmark = pytest.mark.django_db
afresh: Callable[[], World] = make_world.__wrapped__  # type: ignore[attr-defined]


def rows() -> dict[str, Any]:
    """Everything that every table holds."""
    found: dict[str, Any] = {}
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        for table, _columns in cursor.fetchall():
            cursor.execute(f"SELECT to_jsonb(t)::text FROM {table} t ORDER BY 1")  # noqa: S608 - its own name
            found[table] = cursor.fetchall()
    return found


def rows_after(work: Callable[[], Any]) -> dict[str, Any]:
    """The rows after some work, which is taken back."""
    with transaction.atomic():
        work()
        found = rows()
        transaction.set_rollback(True)
    return found


def test_all_rows_are_put_back_as_they_were():
    make = kept(afresh)
    made = rows_after(make)
    assert len([table for table, found in made.items() if found]) > 10
    assert rows_after(make) == made
    assert rows_after(afresh) != made  # other keys: so it was not made a second time


def test_each_caller_has_objects_of_their_own():
    make = kept(afresh)
    with transaction.atomic():
        first = make()
        transaction.set_rollback(True)
    first.unit.name_zh_hans = "另一个"
    second = make()
    assert second.unit == first.unit
    assert second.unit.name_zh_hans != "另一个"
    second.unit.refresh_from_db()


def test_what_is_put_back_is_worked_on_as_ever():
    make = kept(afresh)
    with transaction.atomic():
        make()
        transaction.set_rollback(True)
    world = make()
    assert UnitFactory(region=world.tree.banner).pk > world.far_unit.pk
    assert make_sheet(world.codes, world.unit, state="accepted").total > 0
    with connection.cursor() as cursor:
        cursor.execute("SHOW session_replication_role")
        assert cursor.fetchone() == ("origin",)


def test_where_rows_are_it_is_made_as_ever():
    make = kept(make_tree.__wrapped__)  # type: ignore[attr-defined]
    with transaction.atomic():
        make()
        transaction.set_rollback(True)
    before = make_region("650000", "新疆维吾尔自治区")
    tree = make()
    assert Region.objects.get(pk=before.pk).tree_id != tree.root.tree_id
    assert Region.objects.count() == 8


def test_what_was_not_made_in_empty_tables_is_not_kept():
    make = kept(make_tree.__wrapped__)  # type: ignore[attr-defined]
    with transaction.atomic():
        make_region("650000", "新疆维吾尔自治区")
        make()
        transaction.set_rollback(True)
    assert make().root.pk == Region.objects.get(code="150000").pk
    assert Region.objects.count() == 7
