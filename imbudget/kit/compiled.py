"""Queries that every request asks: their SQL is made once, not each time."""

from collections.abc import Callable, Iterator
from copy import copy
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections, models

Row = TypeVar("Row")
# Values that no row has: where they stand in the parameters, those of the question are put.
STAND_INS: dict[str, Callable[[int], Any]] = {
    "number": lambda number: -7_340_000 - number,
    "text": lambda number: f"\ufdd0{number}",
    "day": lambda number: date(1, 1, 1 + number),
    "moment": lambda number: datetime(1, 1, 1, 1, number, tzinfo=UTC),
}


class Compiled(Generic[Row]):
    """A query with named parameters, made by a function that builds its queryset from them.

    Building the SQL takes longer than the server takes to answer. The function may look at nothing but its parameters: not
    at the language, not at the day, not whether a value is None. Only for `filter` values that go to the server unchanged.
    """

    def __init__(self, make: Callable[..., "models.QuerySet[Any, Row]"], **kinds: str) -> None:
        self.make, self.kinds = make, kinds
        self.known: tuple[Any, type, str, tuple[Any, ...]] | None = None

    def rows(self, **values: Any) -> list[Row]:
        """The rows to these values of the parameters, as the queryset gives them."""
        if self.known is None:
            self.known = self._compile()
        known, iterable, sql, places = self.known
        compiler = copy(known)
        compiler.connection = connections[DEFAULT_DB_ALIAS]
        params = tuple(values[place.name] if isinstance(place, Place) else place for place in places)
        compiler.as_sql = lambda *args, **options: (sql, params)
        return list(self._read(compiler, iterable))

    def first(self, **values: Any) -> Row | None:
        """The first row, or nothing."""
        found = self.rows(**values)
        return found[0] if found else None

    def _compile(self) -> tuple[Any, type, str, tuple[Any, ...]]:
        stand_ins = {name: STAND_INS[kind](number) for number, (name, kind) in enumerate(self.kinds.items())}
        queryset = self.make(**stand_ins)
        compiler = queryset.query.get_compiler(using=DEFAULT_DB_ALIAS)
        sql, params = compiler.as_sql()
        places = tuple(self._place(value, stand_ins) for value in params)
        missing = stand_ins.keys() - {place.name for place in places if isinstance(place, Place)}
        if missing:
            raise ValueError(f"not among the parameters of the query: {', '.join(sorted(missing))}")
        compiler.connection = None  # a connection is of one thread, the SQL of all
        return compiler, queryset._iterable_class, sql, places

    def _place(self, value: Any, stand_ins: dict[str, Any]) -> Any:
        found = [name for name, other in stand_ins.items() if type(other) is type(value) and other == value]
        return Place(found[0]) if found else value

    def _read(self, compiler: Any, iterable: Any) -> Iterator[Row]:
        query = SimpleNamespace(get_compiler=lambda using: compiler)
        asked = SimpleNamespace(query=query, db=DEFAULT_DB_ALIAS, _known_related_objects={}, _fields=None)
        return iter(iterable(asked))


class Place:
    """Where a parameter goes."""

    def __init__(self, name: str) -> None:
        self.name = name
