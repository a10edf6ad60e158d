"""The roll-up read: sums over the summary view, by one dimension, narrowed by the others."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db.models import QuerySet, Sum
from django.db.models.functions import Left

from apps.budget.models import Snapshot, SnapshotRow, Summary
from apps.codes.models import Catalog
from apps.codes.selectors import names_of
from apps.regions.models import Region
from imbudget.kit.actor import Actor

ZERO = Decimal(0)


class Dimension(StrEnum):
    """What the rows of a summary stand for."""

    REGION = "region"
    FUNCTION = "function"
    FUND = "fund"
    GOVERNMENT = "government_economic"
    DEPARTMENT = "department_economic"


CATALOGS = {
    Dimension.FUNCTION: Catalog.FUNCTION,
    Dimension.FUND: Catalog.FUND,
    Dimension.GOVERNMENT: Catalog.GOVERNMENT_ECONOMIC,
    Dimension.DEPARTMENT: Catalog.DEPARTMENT_ECONOMIC,
}
LEVELS = {
    Dimension.FUNCTION: (3, 5, 7),
    Dimension.FUND: (1, 2, 4),
    Dimension.GOVERNMENT: (3, 5),
    Dimension.DEPARTMENT: (3, 5),
}


@dataclass(frozen=True, slots=True)
class SummaryQuery:
    """One question: which region (with what is below it or alone), round, and prefixes of codes."""

    region: Region
    year: int
    round: str
    by: Dimension = Dimension.REGION
    own_level: bool = False
    accepted_only: bool = False
    prefixes: tuple[tuple[Dimension, str], ...] = ()

    def prefix(self, dimension: Dimension) -> str:
        return dict(self.prefixes).get(dimension, "")


@dataclass(slots=True)
class SummaryRow:
    """One row: a region or a code, its sums in yuan, and how deep it stands."""

    key: str
    label: str
    depth: int = 0
    region: Region | None = None
    amount: Decimal = ZERO
    prior_approved: Decimal = ZERO
    prior_executed: Decimal = ZERO
    line_count: int = 0
    is_last: bool = True

    @property
    def change(self) -> Decimal:
        """This year's request minus what was approved last year."""
        return self.amount - self.prior_approved

    @property
    def change_percent(self) -> Decimal | None:
        return self.change * 100 / self.prior_approved if self.prior_approved else None

    def add(self, sums: dict[str, Any]) -> None:
        self.amount += sums["amount"]
        self.prior_approved += sums["prior_approved"]
        self.prior_executed += sums["prior_executed"]
        self.line_count += sums["line_count"]


def summary_rows(actor: Actor, query: SummaryQuery) -> list[SummaryRow]:
    """The rows of a summary; by code they come as a tree (classes, then what is below them)."""
    if query.by == Dimension.REGION:
        return _by_region(actor, query)
    return _by_code(actor, query)


def summary_total(actor: Actor, query: SummaryQuery) -> SummaryRow:
    """The sums over all rows of the question."""
    total = SummaryRow(key="", label="")
    total.add({name: value or 0 for name, value in _sums(_narrowed(actor, query)).items()})
    return total


def _narrowed(actor: Actor, query: SummaryQuery) -> QuerySet[Summary]:
    rows = Summary.objects.visible_to(actor).filter(year=query.year, round=query.round)
    level = query.region.level
    if query.own_level or level >= 2:
        rows = rows.filter(region=query.region)
    elif level == 1:
        rows = rows.filter(league=query.region)
    if query.accepted_only:
        rows = rows.filter(accepted=True)
    for dimension, prefix in query.prefixes:
        rows = rows.filter(**{f"{dimension}__code__startswith": prefix})
    return rows


NAMES = ("amount", "prior_approved", "prior_executed", "line_count")


def _sums(rows: QuerySet[Summary]) -> dict[str, Any]:
    return rows.aggregate(**{name: Sum(name) for name in NAMES})


def _grouped(rows: QuerySet[Summary], *keys: str) -> QuerySet[Any]:
    # Aliases: an annotation may not carry the name of a model field that values() groups by.
    return rows.order_by().values(*keys).annotate(**{f"sum_{name}": Sum(name) for name in NAMES})


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[f"sum_{name}"] for name in NAMES}


def _by_region(actor: Actor, query: SummaryQuery) -> list[SummaryRow]:
    root = query.region
    regions = {region.pk: region for region in Region.objects.visible_to(actor).order_by("code")}
    rows: dict[int, SummaryRow] = {}
    for sums in _grouped(_narrowed(actor, query), "region_id"):
        shown = _ancestor_below(regions, sums["region_id"], root)
        row = rows.setdefault(shown.pk, SummaryRow(shown.code, shown.name, region=shown))
        row.add(_plain(sums))
        row.is_last = shown.pk == root.pk or shown.is_leaf_node()
    return sorted(rows.values(), key=lambda row: (row.region != root, row.key))


def _ancestor_below(regions: dict[int, Region], region_id: int, root: Region) -> Region:
    """The region itself or its ancestor that stands right below `root`."""
    region = regions[region_id]
    while region.pk != root.pk and region.parent_id not in {root.pk, None}:
        region = regions[region.parent_id]
    return region


def _by_code(actor: Actor, query: SummaryQuery) -> list[SummaryRow]:
    names = names_of(query.year, CATALOGS[query.by])
    start = len(query.prefix(query.by))
    lengths = [length for length in LEVELS[query.by] if length > start][:2] or [LEVELS[query.by][-1]]
    rows: dict[str, SummaryRow] = {}
    for sums in _grouped(_narrowed(actor, query), f"{query.by}__code"):
        code = sums[f"{query.by}__code"] or ""
        keys = {code[:length]: depth for depth, length in enumerate(lengths)}
        for key, depth in keys.items():
            row = rows.setdefault(key, SummaryRow(key, names.get(key, ""), depth))
            row.add(_plain(sums))
            row.is_last = row.is_last and key == code
    return [rows[key] for key in sorted(rows)]


def snapshot_by_class(snapshot: Snapshot) -> list[dict[str, Any]]:
    """The frozen figures by function class (类): code, name, amount and lines."""
    names = names_of(snapshot.compilation.year_id, Catalog.FUNCTION)
    rows = SnapshotRow.objects.filter(snapshot=snapshot).values(code=Left("function__code", 3))
    sums = rows.annotate(total=Sum("amount"), lines=Sum("line_count")).order_by("code")
    return [
        {"code": row["code"], "name": names.get(row["code"], ""), "amount": row["total"], "line_count": row["lines"]}
        for row in sums
    ]
