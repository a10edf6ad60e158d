"""What is made upon a kept factory is put back only where the services would make the same again."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from apps.budget.models import BudgetSheet
from apps.budget.tests.factories import World, make_sheet, make_world
from apps.regions.models import Unit
from apps.regions.tests.factories import UnitFactory
from imbudget.kit.testing.kept import Keeper
from imbudget.kit.testing.upon import kept_upon
from imbudget.tests.kit.test_kept import rows

# Each round is a transaction of its own, as each test has one.
pytestmark = pytest.mark.django_db(transaction=True)
afresh: Callable[..., BudgetSheet] = make_sheet.__wrapped__  # type: ignore[attr-defined]
Make = Callable[..., BudgetSheet]


def played(work: Callable[[World], Any]) -> Any:
    """What the work gives upon the world; its rows are taken back."""
    with transaction.atomic():
        result = work(make_world())
        transaction.set_rollback(True)
    return result


def sheet_of(make: Make, **values: Any) -> Callable[[World], int]:
    return lambda world: make(world.codes, world.unit, **values).pk


@pytest.fixture
def make() -> Make:
    """A factory whose rows can be put back from now on, for a plain sheet."""
    played(lambda _world: None)  # the world is kept
    make = kept_upon(make_world)(afresh)
    for _time in range(2):
        played(sheet_of(make))
    return make


def test_all_rows_are_put_back_as_they_were(make: Make):
    def all_rows(world: World) -> Any:
        sheet = make(world.codes, world.unit)
        return sheet.pk, rows()

    first, second = played(all_rows), played(all_rows)
    assert first == second
    made = played(lambda world: (afresh(world.codes, world.unit).pk, rows()))
    assert made[0] != first[0]
    assert {table: len(found) for table, found in made[1].items()} == {
        table: len(found) for table, found in first[1].items()
    }


def test_each_caller_has_objects_of_their_own(make: Make):
    def spoil(world: World) -> str:
        sheet = make(world.codes, world.unit)
        before = sheet.state
        sheet.state = "spoilt"
        return before

    assert played(spoil) == played(spoil) == "draft"


def test_other_arguments_get_another_sheet(make: Make):
    kept = played(sheet_of(make))
    assert played(sheet_of(make)) == kept
    assert played(sheet_of(make, state="submitted")) != kept
    assert played(lambda world: make(world.codes, world.far_unit).pk) != kept


def rename(world: World) -> None:
    Unit.objects.filter(pk=world.far_unit.pk).update(name_zh_hans="另一个")


@pytest.mark.parametrize(
    "before",
    [rename, lambda world: UnitFactory(region=world.tree.banner), lambda world: afresh(world.codes, world.unit)],
)
def test_where_anything_else_was_written_it_is_made_as_ever(make: Make, before: Callable[[World], Any]):
    kept = played(sheet_of(make))

    def later(world: World) -> int:
        before(world)
        return make(world.codes, world.league_unit if BudgetSheet.objects.exists() else world.unit).pk

    assert played(later) != kept


def test_what_changes_a_row_of_the_world_is_not_kept():
    played(lambda _world: None)

    def busy(world: World) -> int:
        rename(world)
        return afresh(world.codes, world.unit).pk

    make = kept_upon(make_world)(busy)
    assert len({played(make) for _time in range(3)}) == 3


def test_what_changes_its_own_rows_in_tables_of_the_world_is_kept():
    """As loading a flow does: the definition is written, then published."""
    played(lambda _world: None)

    def grow(world: World) -> tuple[int, str]:
        unit = UnitFactory(region=world.tree.banner)
        Unit.objects.filter(pk=unit.pk).update(name_zh_hans="新单位")
        return unit.pk, Unit.objects.get(pk=unit.pk).name_zh_hans

    make = kept_upon(make_world)(grow)
    made = [played(make) for _time in range(4)]
    assert made[1] == made[2] == made[3] != made[0]
    assert played(lambda world: make(world) and Unit.objects.get(pk=made[1][0]).name_zh_hans) == "新单位"


def test_what_cannot_be_put_back_is_watched_only_once(monkeypatch: pytest.MonkeyPatch):
    watched: list[Keeper] = []
    watching = Keeper.watching
    monkeypatch.setattr(
        Keeper, "watching", lambda *args, **values: watched.append(args[0]) or watching(*args, **values)
    )

    def change(world: World, name: str) -> str:
        rename(world)
        return name

    played(lambda _world: None)  # the world is kept
    watched.clear()
    make = kept_upon(make_world)(change)
    assert [played(lambda world: make(world, "甲")) for _time in range(4)] == ["甲"] * 4
    assert len(watched) == 1
