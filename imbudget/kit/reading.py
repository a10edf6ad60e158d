"""Rows read for a list: one narrow query of what the chosen columns show, no objects of the models behind it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

from django.db.models import Field, Model, QuerySet
from modeltranslation.utils import build_localized_fieldname, get_language, resolution_order

MARK = 9_071_355_028  # stands for the key while the address of a page is taken apart


class Row:
    """The raw values of one row of a list, with the lookups they were read by as attributes."""

    __slots__ = ("reading", "values")

    def __init__(self, reading: "Reading", values: Sequence[Any]) -> None:
        self.reading, self.values = reading, values

    def __getattr__(self, name: str) -> Any:
        try:
            return self.values[self.reading.places[name]]
        except KeyError:
            raise AttributeError(f"the list has not read {name}") from None

    @property
    def pk(self) -> Any:
        return self.values[0]

    def read(self, lookup: str) -> Any:
        """The raw value of a lookup."""
        return self.values[self.reading.places[lookup]]

    def value_of(self, column: Any) -> Any:
        """The value of a column of the reading."""
        return self.reading.steps[column.name](self.values)

    def state_of(self, column: Any) -> Any:
        """The raw value behind a state column."""
        return self.values[self.reading.places[column.detail or _lookup(column)]]

    def get_absolute_url(self) -> str:
        return self.reading.address(self)


class Reading:
    """What some columns of a list read of a model, and how raw values become the columns' values."""

    def __init__(self, model: type[Model], columns: Iterable[Any], sort: str) -> None:
        self.model = model
        self.places: dict[str, int] = {}
        self.lookups: list[str] = []
        self._place("pk")
        self._place(sort)
        self.steps = {column.name: self._step(column) for column in columns}
        self._around = self._split_address(columns)

    def rows(self, queryset: QuerySet) -> Iterator[Row]:
        """The rows of a queryset, in its order, at once."""
        return (Row(self, values) for values in self.values(queryset))

    def stream(self, queryset: QuerySet, size: int = 2000) -> Iterator[Row]:
        """The rows of a long queryset, fetched in parts."""
        return (Row(self, values) for values in self.values(queryset).iterator(size))

    def values(self, queryset: QuerySet) -> QuerySet:
        """The queryset as plain tuples; names are asked for by language here, not by the translated manager."""
        if hasattr(queryset, "rewrite"):
            queryset = queryset.rewrite(False)
        return queryset.values_list(*self.lookups)

    def address(self, row: Row) -> str:
        """The address of the row's page."""
        if self._around is None:
            return self.model(pk=row.pk).get_absolute_url()  # type: ignore[attr-defined]
        before, after = self._around
        return f"{before}{row.pk}{after}"

    def _split_address(self, columns: Iterable[Any]) -> tuple[str, str] | None:
        if not any(column.link is True for column in columns):
            return None
        whole = self.model(pk=MARK).get_absolute_url()  # type: ignore[attr-defined]
        before, mark, after = whole.partition(str(MARK))
        return (before, after) if mark else None

    def _place(self, lookup: str) -> int:
        if lookup not in self.places:
            self.places[lookup] = len(self.lookups)
            self.lookups.append(lookup)
        return self.places[lookup]

    def _step(self, column: Any) -> Callable[[Sequence[Any]], Any]:
        for lookup in column.link_reads:
            self._place(lookup)
        if column.kind == "state":
            self._place(column.detail or _lookup(column))
        if column.of:
            parts = [self._part(lookup) for lookup in column.reads]
            return lambda values: column.of(*[part(values) for part in parts])
        return self._part(_lookup(column))

    def _part(self, lookup: str) -> Callable[[Sequence[Any]], Any]:
        field = _field(self.model, lookup)
        places = [self._place(name) for name in _translated(field, lookup)]
        if len(places) > 1:
            return lambda values: next((values[place] for place in places if values[place]), "")
        place = places[0]
        choices = getattr(field, "flatchoices", None)
        if choices:
            labels = {value: str(label) for value, label in choices}
            return lambda values: labels.get(values[place], values[place])
        return lambda values: values[place]


def _lookup(column: Any) -> str:
    """The lookup behind a path: `unit.name` is unit__name, `get_state_display` is state."""
    *steps, last = (column.reads[0] if column.reads else column.path or column.name).split(".")
    return "__".join([*steps, last.removeprefix("get_").removesuffix("_display") if "_display" in last else last])


def _field(model: type[Model], lookup: str) -> Field | None:
    """The field at the end of a lookup; None for a key or an annotation."""
    field: Any = None
    for step in lookup.split("__"):
        names = {known.name: known for known in model._meta.get_fields()}
        field = names.get(step)
        if field is None:
            return None
        model = field.related_model or model
    return field


def _translated(field: Field | None, lookup: str) -> list[str]:
    """The lookups to read for a field: for a translated one, its languages in the order they stand in for it."""
    if field is None:
        return [lookup]
    known = {other.name for other in field.model._meta.get_fields()}
    first = lookup.rpartition("__")[0]
    names = [build_localized_fieldname(field.name, language) for language in resolution_order(get_language())]
    if not names or names[0] not in known:
        return [lookup]
    return [f"{first}__{name}" if first else name for name in names]


@lru_cache(maxsize=256)
def _made(model: type[Model], columns: tuple[Any, ...], sort: str, language: str) -> Reading:
    return Reading(model, columns, sort)


def reading_of(model: type[Model], columns: Sequence[Any], sort: str) -> Reading:
    """The reading of these columns in the language of the page; made once and kept."""
    return _made(model, tuple(columns), sort, get_language())
