"""The lines of a sheet as entry pages show them: plain text, and a stamp of each line's content."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

from django.contrib.auth import get_user_model

from apps.budget.models import BudgetLine, BudgetSheet
from apps.codes.models import Catalog, Code, EconomicDerivation
from apps.codes.selectors import codes_by_text

CATALOGS = {
    "function": Catalog.FUNCTION,
    "department_economic": Catalog.DEPARTMENT_ECONOMIC,
    "fund": Catalog.FUND,
}
# What a person writes in a line, in the order of the entry page.
WRITTEN = (
    "function",
    "department_economic",
    "fund",
    "kind",
    "project_code",
    "project_name",
    "amount",
    "prior_approved",
    "prior_executed",
    "note",
)
PATHS = tuple(f"{name}__code" if name in CATALOGS else name for name in WRITTEN)
CONTENT = tuple(f"{name}_id" if name in CATALOGS else name for name in WRITTEN)


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One line: codes and amounts as plain text, `stamp` changes whenever its content does."""

    pk: int
    number: int
    government: str
    values: dict[str, str]

    @property
    def stamp(self) -> str:
        return stamp_of(self.values)


@dataclass(frozen=True, slots=True)
class LastChange:
    """Who gave a line its present content (or removed it), and when."""

    who: str
    at: datetime


def stamp_of(values: Mapping[str, str]) -> str:
    """16 characters that stand for a line's content; its number and derived class do not count."""
    return sha256("\x1f".join(values[name] for name in WRITTEN).encode()).hexdigest()[:16]


def plain(value: Any) -> str:
    """A value of a line as the entry page writes it."""
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    return "" if value is None else str(value)


def entry_rows(sheet: BudgetSheet, pks: Iterable[int] | None = None) -> list[EntryRow]:
    """The sheet's lines in their order, or those of them that have these keys."""
    lines = BudgetLine.objects.filter(sheet_id=sheet.pk).order_by("number")
    if pks is not None:
        lines = lines.filter(pk__in=list(pks))
    found = lines.values_list("pk", "number", "government_economic__code", *PATHS)
    return [
        EntryRow(pk, number, government or "", dict(zip(WRITTEN, map(plain, values), strict=True)))
        for pk, number, government, *values in found
    ]


def codes_written(year: int) -> dict[str, dict[str, Code]]:
    """The classifications that lines are written in, by column and code, names in the language in force."""
    return {name: codes_by_text(year, catalog) for name, catalog in CATALOGS.items()}


def last_changes(sheet: BudgetSheet, pks: Iterable[int]) -> dict[int, LastChange]:
    """For each line of the sheet, present or removed, who made it what it is now, by its history."""
    history: Any = BudgetLine.history  # type: ignore[attr-defined]
    records = history.filter(sheet_id=sheet.pk, id__in=list(pks)).order_by("-history_id")
    newest: dict[int, tuple[Any, ...]] = {}
    found: dict[int, tuple[int | None, datetime]] = {}
    for pk, user, at, *content in records.values_list(
        "id", "history_user_id", "history_date", "history_type", *CONTENT
    )[:5000]:
        # A line that was only renumbered keeps its content: the change before it is meant.
        key = (content[0] == "-", *content[1:])
        if newest.setdefault(pk, key) == key:
            found[pk] = (user, at)
    users = get_user_model().objects.in_bulk({user for user, _at in found.values() if user})
    return {pk: LastChange(str(users.get(user, "")), at) for pk, (user, at) in found.items()}


def leaves_of(year: int) -> dict[str, list[tuple[str, str, str]]]:
    """The codes that may carry amounts: (code, name, search key) of each classification that people choose from."""
    names = {str(catalog): name for name, catalog in CATALOGS.items()}
    leaves: dict[str, list[tuple[str, str, str]]] = {name: [] for name in CATALOGS}
    for code in Code.objects.filter(year_id=year, catalog__in=list(names), is_leaf=True).order_by("code"):
        leaves[names[code.catalog]].append((code.code, code.name, code.search_key))
    return leaves


def derivations_of(year: int) -> dict[str, dict[str, tuple[str, str]]]:
    """Nature of unit → department class → code and name of the government class it leads to."""
    rows = EconomicDerivation.objects.filter(year_id=year).select_related("department_economic", "government_economic")
    derived: dict[str, dict[str, tuple[str, str]]] = {}
    for row in rows:
        government = (row.government_economic.code, row.government_economic.name)
        derived.setdefault(row.nature, {})[row.department_economic.code] = government
    return derived
