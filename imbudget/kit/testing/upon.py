"""What many tests begin with right after a kept factory: made twice by the services, then put back as well.

It is put back only where nothing but the rows of the first factory has been written in the test's transaction, so
that the services would find just what they found before, and only for arguments that say the same on the same day.
"""

from collections.abc import Callable, Hashable, Iterable
from copy import deepcopy
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import connection, models, transaction
from django.utils import timezone

from imbudget.kit.testing.kept import Keeper, kept_rows

P = ParamSpec("P")
Made = TypeVar("Made")
PLAIN = (str, int, bool, Decimal, date, type(None))
# What the transaction has done to each table, taken back or not.
TRACES = """
SELECT relname, n_tup_ins, n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables
WHERE schemaname = 'public' AND n_tup_ins + n_tup_upd + n_tup_del > 0
"""


class Unclear(Exception):
    """An argument of which it cannot be said whether it is the same as another time."""


def kept_upon(base: Callable[[], Any]) -> Callable[[Callable[P, Made]], Callable[P, Made]]:
    """A factory whose rows are put back where only those of `base`, a kept factory, have been written so far."""

    def decorate(make: Callable[P, Made]) -> Callable[P, Made]:
        asked: set[Hashable] = set()
        hopeless: set[Hashable] = set()  # watching costs a question to each table
        known: dict[Hashable, tuple[Keeper, Made]] = {}

        @wraps(make)
        def again(*args: P.args, **values: P.kwargs) -> Made:
            key = key_of(args, values) if stands_alone(base) else None
            if key is None or key not in asked or key in hopeless:
                asked.add(key)
                return make(*args, **values)
            if key not in known:
                return first(key, *args, **values)
            keeper, made = known[key]
            keeper.put_back()
            return deepcopy(made)

        def first(key: Hashable, *args: P.args, **values: P.kwargs) -> Made:
            keeper = Keeper()
            before = kept_rows(base)
            watch = keeper.watching(may_add_to=before.keys())
            with watch, transaction.atomic():  # a writer of its own, to be told by
                made = make(*args, **values)
            if keeper.tables and watch.writers and counted(before, watch.writers) == before:
                known[key] = keeper, deepcopy(made)
            else:
                hopeless.add(key)
            return made

        return again

    return decorate


def stands_alone(base: Callable[[], Any]) -> bool:
    """Whether the transaction of this test has put back the rows of `base` and done nothing else."""
    rows = kept_rows(base)
    return bool(rows) and connection.in_atomic_block and traces() == {table: (n, 0) for table, n in rows.items()}


def counted(tables: Iterable[str], writers: list[str]) -> dict[str, int]:
    """Table → how many rows still stand there as these writers left them."""
    asked = " UNION ALL ".join(
        f"SELECT '{table}', count(*) FROM {table} WHERE xmin = ANY(%(writers)s::xid[])"  # noqa: S608 - names of the catalogue
        for table in tables
    )
    with connection.cursor() as cursor:
        cursor.execute(asked, {"writers": writers})
        return dict(cursor.fetchall())


def traces() -> dict[str, tuple[int, int]]:
    """Table → rows added, and changed or removed."""
    with connection.cursor() as cursor:
        cursor.execute(TRACES)
        return {table: (added, changes) for table, added, changes in cursor.fetchall()}


def key_of(args: tuple[Any, ...], values: dict[str, Any]) -> Hashable:
    """Equal for calls that ask for the same; None where that is unclear."""
    try:
        return timezone.localdate(), marks(args), tuple((name, mark(values[name])) for name in sorted(values))
    except Unclear:
        return None


def marks(values: Iterable[Any]) -> tuple[Hashable, ...]:
    return tuple(mark(value) for value in values)


def mark(value: Any) -> Hashable:
    if isinstance(value, models.Model):
        return type(value), marks(value.__dict__.get(field.attname) for field in value._meta.concrete_fields)
    if is_dataclass(value):
        return type(value), marks(getattr(value, field.name) for field in fields(value))
    if isinstance(value, (list, tuple)):
        return type(value), marks(value)
    if isinstance(value, dict):
        return dict, tuple((name, mark(value[name])) for name in sorted(value))
    if isinstance(value, PLAIN):
        return type(value), value
    raise Unclear
