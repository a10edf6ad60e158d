"""Rows read for a list: narrow statements for what the chosen columns show, no objects of the models behind it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any

from django.db.models import CharField, F, Field, Model, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, NullIf
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


class TableReading:
    """What is read of the rows of one table: its own columns, and by their keys the rows that these point to."""

    def __init__(self, model: type[Model], lookups: Iterable[str], sort: str = "") -> None:
        self.model = model
        own, behind = _split(model, lookups, sort)
        self.width = len(own)
        self.read = [*own, *(f"{relation}_id" for relation in behind)]
        self.related = Related(model, behind)
        order = [*own, *(f"{relation}__{rest}" for relation, rests in behind.items() for rest in rests)]
        self.places = {lookup: place for place, lookup in enumerate(order)}

    def complete(self, rows: list[tuple[Any, ...]], seen: dict[Any, Any]) -> list[tuple[Any, ...]]:
        """Rows as `read` gives them, with what stands behind their keys."""
        width = self.width
        if not self.related.relations:
            return rows
        self.related.fetch([row[width:] for row in rows], seen)
        return [row[:width] + self.related.of(row[width:], seen) for row in rows]


class Related:
    """What stands behind the keys of some rows: one statement for each table, whatever the number of keys to it."""

    def __init__(self, model: type[Model], behind: dict[str, list[str]]) -> None:
        """`behind` maps a key of the model to the lookups read from the row it points to."""
        self.relations = [(_field(model, relation).related_model, rests) for relation, rests in behind.items()]
        names: dict[Any, list[str]] = {}
        for related, rests in self.relations:
            names.setdefault(related, ["pk"]).extend(rests)
        self.tables = {related: TableReading(related, dict.fromkeys(wanted)) for related, wanted in names.items()}
        self.places = [[self.tables[related].places[rest] for rest in rests] for related, rests in self.relations]

    def fetch(self, keys: list[tuple[Any, ...]], seen: dict[Any, Any]) -> None:
        """Read what is behind these keys (one tuple a row) and is not among `seen`, (table, key) → values."""
        for related, table in self.tables.items():
            columns = [at for at, (model, _rests) in enumerate(self.relations) if model is related]
            wanted = {row[at] for row in keys for at in columns} - {None}
            missing = [key for key in wanted if (table, key) not in seen]
            if missing:
                rows = _plain(related._base_manager.filter(pk__in=missing).order_by()).values_list(*table.read)
                seen.update({(table, row[0]): row for row in table.complete(list(rows), seen)})

    def of(self, keys: tuple[Any, ...], seen: dict[Any, Any]) -> tuple[Any, ...]:
        """The values behind one row's keys; None where there is no key."""
        values: list[Any] = []
        for key, (related, _rests), places in zip(keys, self.relations, self.places, strict=True):
            row = seen.get((self.tables[related], key))
            values += [None] * len(places) if row is None else [row[place] for place in places]
        return tuple(values)


class Reading:
    """What some columns of a list read of a model, and how raw values become the columns' values.

    The rows are read alone; what stands in other tables (names of a region, a unit, a code) comes by keys. A join of
    seven tables takes the planner longer than all of these statements take the server, and where it fears that 51
    look-ups cost more than reading every unit and person, it reads them all.
    """

    def __init__(self, model: type[Model], columns: Sequence[Any], sort: str) -> None:
        self.model = model
        wanted = dict.fromkeys(["pk", sort, *(lookup for column in columns for lookup in _lookups(model, column))])
        self.table = TableReading(model, wanted, sort)
        self.places = self.table.places
        self.many = [column for column in columns if column.many]
        self.steps = {column.name: self._step(column) for column in columns}
        self._around = self._split_address(columns)

    def rows(self, queryset: QuerySet) -> list[Row]:
        """The rows of a queryset, in its order."""
        return self._complete(list(_plain(queryset).values_list(*self.table.read)), {})

    def stream(self, queryset: QuerySet, size: int = 2000) -> Iterator[Row]:
        """The rows of a long queryset, fetched in parts; what they share is asked for once."""
        seen: dict[Any, Any] = {}
        values = _plain(queryset).values_list(*self.table.read).iterator(size)
        while part := list(islice(values, size)):
            yield from self._complete(part, seen)

    def _complete(self, rows: list[tuple[Any, ...]], seen: dict[Any, Any]) -> list[Row]:
        whole = self.table.complete(rows, seen)
        keys = [values[0] for values in whole]
        for column in self.many if keys else ():
            found = column.many(keys)
            whole = [(*values, found.get(values[0])) for values in whole]
        return [Row(self, values) for values in whole]

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

    def _step(self, column: Any) -> Callable[[Sequence[Any]], Any]:
        if column.many:
            behind = len(self.places) + self.many.index(column)  # what is made of many rows stands behind what is read
            return lambda values: values[behind]
        if column.of:
            parts = [self._part(lookup) for lookup in column.reads]
            return lambda values: column.of(*[part(values) for part in parts])
        return self._part(_lookup(column))

    def _part(self, lookup: str) -> Callable[[Sequence[Any]], Any]:
        field = _field(self.model, lookup)
        places = [self.places[name] for name in _translated(field, lookup)]
        if len(places) > 1:
            return lambda values: next((values[place] for place in places if values[place]), "")
        place = places[0]
        choices = getattr(field, "flatchoices", None)
        if choices:
            labels = {value: str(label) for value, label in choices}
            return lambda values: labels.get(values[place], values[place])
        return lambda values: values[place]


def _split(model: type[Model], lookups: Iterable[str], sort: str) -> tuple[list[str], dict[str, list[str]]]:
    """The lookups of the rows themselves, and by key those of the rows it points to. What sorts is read where it sorts."""
    own: list[str] = []
    behind: dict[str, list[str]] = {}
    for lookup in lookups:
        relation, _, rest = lookup.partition("__")
        if rest and lookup != sort and getattr(_field(model, relation), "many_to_one", False):
            behind.setdefault(relation, []).append(rest)
        else:
            own.append(lookup)
    return own, behind


def _plain(queryset: QuerySet) -> QuerySet:
    """A queryset whose names are taken as they are: languages are chosen here, not by the translated manager."""
    return queryset.rewrite(False) if hasattr(queryset, "rewrite") else queryset


def name_behind(model: type[Model], relation: str) -> Subquery:
    """The name of the row that a key points to, in the language of the page, as one more column.

    For the page of one row: a join plans every order of its tables, such a column only its own look-up.
    """
    related: Any = model._meta.get_field(relation).related_model
    names = [
        NullIf(F(name), Value(""), output_field=CharField()) for name in _translated(_field(related, "name"), "name")
    ]
    name = Coalesce(*names) if len(names) > 1 else names[0]
    return Subquery(
        _plain(related._base_manager.filter(pk=OuterRef(f"{relation}_id"))).order_by().values(found=name)[:1]
    )


def _lookups(model: type[Model], column: Any) -> list[str]:
    """Every lookup that a column needs: for its value, its link and its colour."""
    shown = column.reads if column.of else () if column.many else (_lookup(column),)
    state = [column.detail or _lookup(column)] if column.kind == "state" else []
    return [
        *(name for lookup in shown for name in _translated(_field(model, lookup), lookup)),
        *column.link_reads,
        *state,
    ]


def _lookup(column: Any) -> str:
    """The lookup behind a path: `unit.name` is unit__name, `get_state_display` is state."""
    *steps, last = (column.reads[0] if column.reads else column.path or column.name).split(".")
    return "__".join([*steps, last.removeprefix("get_").removesuffix("_display") if "_display" in last else last])


def _field(model: type[Model], lookup: str) -> Any:
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
