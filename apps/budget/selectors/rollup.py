"""The roll-up read: sums over the summary's views, by one dimension, narrowed by the others."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.db.models import CharField, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce, Left, NullIf
from django.utils.translation import get_language
from modeltranslation.utils import build_localized_fieldname

from apps.budget.models import (
    BudgetLine,
    BudgetRound,
    BudgetSheet,
    SheetState,
    Snapshot,
    SnapshotRow,
    Summary,
    SummaryByEconomic,
    SummaryByFunction,
)
from apps.codes.models import Catalog, Code, FiscalYear
from apps.codes.selectors import names_of
from apps.regions.models import Region
from imbudget.kit.actor import Actor

ZERO = Decimal(0)
NO_CLASS = "-"  # what an address says for lines by function alone


class Dimension(StrEnum):
    """What the rows of a summary stand for."""

    REGION = "region"
    FUNCTION = "function"
    FUND = "fund"
    GOVERNMENT = "government_economic"
    DEPARTMENT = "department_economic"
    KIND = "kind"
    UNIT = "unit"


CATALOGS = {
    Dimension.FUNCTION: Catalog.FUNCTION,
    Dimension.FUND: Catalog.FUND,
    Dimension.GOVERNMENT: Catalog.GOVERNMENT_ECONOMIC,
    Dimension.DEPARTMENT: Catalog.DEPARTMENT_ECONOMIC,
}
# The margins with what they can answer; a question to both sides goes to the sums by every key.
MARGINS: tuple[tuple[Any, set[Dimension]], ...] = (
    (
        SummaryByEconomic,
        {Dimension.REGION, Dimension.KIND, Dimension.FUND, Dimension.GOVERNMENT, Dimension.DEPARTMENT},
    ),
    (SummaryByFunction, {Dimension.REGION, Dimension.KIND, Dimension.FUND, Dimension.FUNCTION}),
)
NAMES = ("amount", "prior_approved", "prior_executed", "line_count")
NAMES_BEFORE = ("amount", "line_count")  # all that is shown of last year


@dataclass(frozen=True, slots=True)
class SummaryQuery:
    """One question: which region (with what is below it or alone), round, and prefixes of codes.

    `levels` is how many levels of the tree stand open (0: as usual for the dimension), `turned` are the keys of rows
    that somebody opened or closed against that.
    """

    region: Region
    year: int
    round: str
    by: Dimension = Dimension.REGION
    own_level: bool = False
    accepted_only: bool = False
    prefixes: tuple[tuple[Dimension, str], ...] = ()
    levels: int = 0
    turned: frozenset[str] = frozenset()

    def prefix(self, dimension: Dimension) -> str:
        return dict(self.prefixes).get(dimension, "")

    @property
    def is_one_level(self) -> bool:
        """Whether only the region's own units are asked for; the last level has no other ones."""
        return self.own_level or self.region.level >= 2 or self.by == Dimension.UNIT

    @property
    def open_levels(self) -> int:
        return self.levels or (2 if self.by in CATALOGS else 1)


@dataclass(slots=True)
class SummaryRow:
    """One row: a region, a unit or a code, its sums in yuan, and how deep it stands.

    `accepted_before` is what last year's accepted sheets come to; None where there are none.
    """

    key: str
    label: str
    depth: int = 0
    region: Region | None = None
    unit_id: int | None = None
    amount: Decimal = ZERO
    prior_approved: Decimal = ZERO
    prior_executed: Decimal = ZERO
    line_count: int = 0
    accepted_before: Decimal | None = None
    is_last: bool = True
    is_own: bool = False
    is_open: bool = False

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

    def add_before(self, sums: dict[str, Any]) -> None:
        self.accepted_before = (self.accepted_before or ZERO) + sums["amount"]


def summary_total(actor: Actor, query: SummaryQuery) -> SummaryRow:
    """The sums over all rows of the question."""
    total = SummaryRow(key="", label="")
    sums = narrowed(actor, query).aggregate(**{f"sum_{name}": sum_ for name, sum_ in _aggregates(query).items()})
    total.add({name: sums[f"sum_{name}"] or 0 for name in NAMES})
    return total


def total_of(rows: list[SummaryRow]) -> SummaryRow:
    """The same from rows that were read already: the tops of the tree hold everything."""
    total = SummaryRow(key="", label="")
    for row in rows:
        if row.depth == 0:
            total.add({name: getattr(row, name) for name in NAMES})
            if row.accepted_before is not None:
                total.add_before({"amount": row.accepted_before})
    return total


def last_year_of(query: SummaryQuery) -> SummaryQuery | None:
    """The same question to the accepted sheets of the year before, in the last round that has any; None without them."""
    # In the order of the index on year, round and region: the first sheet of a round is found at once, or none.
    accepted = BudgetSheet.objects.filter(year=query.year - 1, state=SheetState.ACCEPTED).order_by("region_id")
    asked = {f"has_{each}": Subquery(accepted.filter(round=each).values("pk")[:1]) for each in BudgetRound.values}
    found = FiscalYear.objects.filter(pk=query.year - 1).order_by().annotate(**asked).values_list(*asked)
    has = dict(zip(BudgetRound.values, found.first() or (), strict=False))
    last = next((each for each in reversed(BudgetRound.values) if has.get(each)), None)
    return replace(query, year=query.year - 1, round=last, accepted_only=True) if last else None


def sums_by(actor: Actor, query: SummaryQuery, names: tuple[str, ...] = NAMES) -> Iterator[tuple[Any, dict[str, Any]]]:
    """(key, sums) of the question's dimension: the id of a region, unit or code, or the kind of expenditure.

    Whoever needs not all sums names some, the number of lines among them.
    """
    key = query.by if query.by == Dimension.KIND else f"{query.by}_id"
    # Aliases: an annotation may not carry the name of a model field that values() groups by.
    aggregates = {f"sum_{name}": sum_ for name, sum_ in _aggregates(query).items() if name in names}
    for row in narrowed(actor, query).order_by().values(key).annotate(**aggregates):
        sums = {name: row[f"sum_{name}"] or 0 for name in names}
        # What came and went between two folds still stands in the delta table, as nothing.
        if any(sums.values()):
            yield row[key], sums


def sums_before(actor: Actor, query: SummaryQuery) -> Iterator[tuple[Any, dict[str, Any]]]:
    """The same of last year, as far as it is shown: what the accepted sheets came to."""
    if query.by != Dimension.UNIT or query.prefixes or not query.accepted_only:
        yield from sums_by(actor, query, NAMES_BEFORE)
        return
    # The whole of a unit is the total of its sheet: the lines need not be read.
    has_lines = Q(total__gt=0) | Exists(BudgetLine.objects.filter(sheet=OuterRef("pk")))
    sheets = BudgetSheet.objects.visible_to(actor).of_round(query.year, query.round)
    sheets = sheets.filter(has_lines, region=query.region, state=SheetState.ACCEPTED)
    for unit, total in sheets.order_by().values_list("unit_id", "total"):
        yield unit, {"amount": total}


def _aggregates(query: SummaryQuery) -> dict[str, Any]:
    sums: dict[str, Any] = {name: Sum(name) for name in NAMES[:3]}
    return sums | {"line_count": Count("pk") if query.by == Dimension.UNIT else Sum("line_count")}


def _source(query: SummaryQuery) -> Any:
    """The smallest rows that can answer; units are not in the summary, their lines are read by their index."""
    if query.by == Dimension.UNIT:
        return BudgetLine
    asked = {query.by, *dict(query.prefixes)}
    return next((view for view, known in MARGINS if asked <= known), Summary)


def narrowed(actor: Actor, query: SummaryQuery) -> QuerySet[Any]:
    """The rows that the question is about, within what the actor sees."""
    rows = _source(query).objects.visible_to(actor).filter(year=query.year, round=query.round)
    if query.is_one_level:
        rows = rows.filter(region=query.region)
    elif query.region.level == 1:
        rows = rows.filter(league=query.region)
    if query.accepted_only and query.by == Dimension.UNIT:
        sheets = BudgetSheet.objects.of_round(query.year, query.round).filter(region=query.region)
        # Those left out are few, in most years none. Joined, the planner would look the lines of each up in loops.
        if others := list(sheets.exclude(state=SheetState.ACCEPTED).order_by().values_list("pk", flat=True)):
            rows = rows.exclude(sheet__in=others)
    elif query.accepted_only:
        rows = rows.filter(accepted=True)
    for dimension, prefix in query.prefixes:
        rows = rows.filter(**_condition(query.year, dimension, prefix))
    return rows


def _condition(year: int, dimension: Dimension, prefix: str) -> dict[str, Any]:
    """The codes under a prefix are named one by one: the planner then knows how few they are."""
    if dimension == Dimension.KIND:
        return {"kind": prefix}
    if prefix == NO_CLASS:
        return {dimension: None}
    codes = Code.objects.filter(catalog=CATALOGS[dimension], year_id=year, code__startswith=prefix)
    return {f"{dimension}_id__in": list(codes.order_by().values_list("pk", flat=True))}


def codes_of(year: int, dimension: Dimension, used: Iterable[int | None] = ()) -> dict[int, tuple[str, str]]:
    """Code id → (code, name in the language in force, else in the other one) of one tree, and of all `used` codes.

    The whole tree is one short scan; its columns are read as they are, for the model's own fallback costs each row more
    than the database does.
    """
    languages = sorted((code for code, _name in settings.LANGUAGES), key=lambda code: code != get_language())
    names = [NullIf(F(build_localized_fieldname("name", code)), Value("")) for code in languages]
    name = Coalesce(*names, Value(""), output_field=CharField())
    columns = Code.objects.order_by().values_list("pk", "code", name)
    found = {pk: (code, text) for pk, code, text in columns.filter(catalog=CATALOGS[dimension], year_id=year)}
    # Money under another year's code is a mistake that a check finds; it must not hide the whole page.
    strange = {pk for pk in used if pk is not None} - found.keys()
    if strange:
        found |= {pk: (code, text) for pk, code, text in columns.filter(pk__in=strange)}
    return found


def snapshot_by_class(snapshot: Snapshot) -> list[dict[str, Any]]:
    """The frozen figures by function class (类): code, name, amount and lines."""
    names = names_of(snapshot.compilation.year_id, Catalog.FUNCTION)
    rows = SnapshotRow.objects.filter(snapshot=snapshot).values(code=Left("function__code", 3))
    sums = rows.annotate(total=Sum("amount"), lines=Sum("line_count")).order_by("code")
    return [
        {"code": row["code"], "name": names.get(row["code"], ""), "amount": row["total"], "line_count": row["lines"]}
        for row in sums
    ]
