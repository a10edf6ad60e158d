"""What moved since figures were frozen: by region, by function class, and the sheets that were touched."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Max, QuerySet, Sum
from django.db.models.functions import Left

from apps.budget.models import BudgetLine, BudgetSheet, Compilation, Snapshot, SnapshotRow, SummaryByFunction
from apps.budget.models.sheet import SheetQuerySet
from apps.budget.selectors.collection import regions_in
from apps.codes.models import Catalog
from apps.codes.selectors import names_of
from apps.regions.models import Region
from imbudget.kit.actor import Actor

ZERO = Decimal(0)
MOST_SHEETS = 100
Sums = dict[tuple[int, str], Decimal]  # (region, function class) → yuan


@dataclass(slots=True)
class DifferenceRow:
    """One region or function class: before and after, in yuan."""

    key: str
    label: str
    before: Decimal = ZERO
    after: Decimal = ZERO
    region_id: int | None = None

    @property
    def difference(self) -> Decimal:
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Touch:
    """A sheet that was changed, by whom and when last."""

    sheet: BudgetSheet
    at: datetime
    who: str


@dataclass(frozen=True, slots=True)
class Differences:
    """Frozen figures against the present ones, or against a later snapshot."""

    total: DifferenceRow
    regions: list[DifferenceRow]
    classes: list[DifferenceRow]
    touched: list[Touch]
    touched_more: int


def moved_since(compilation: Compilation) -> Decimal | None:
    """By how much the sheets now differ from the compiled figures in all; None where nothing is compiled."""
    if compilation.snapshot is None:
        return None
    sheets = BudgetSheet.objects.of_round(compilation.year_id, compilation.round)
    now = sheets.filter(region__in=regions_in(compilation.region)).aggregate(sum=Sum("total"))["sum"]
    return (now or ZERO) - compilation.snapshot.total


def differences(actor: Actor, compilation: Compilation, first: Snapshot, second: Snapshot | None) -> Differences:
    """What differs between a snapshot and a second one, or the sheets as they are now where there is none."""
    before = _frozen(first)
    after = _frozen(second) if second else _now(compilation)
    changed = {key for key in before.keys() | after.keys() if before.get(key, ZERO) != after.get(key, ZERO)}
    touched = _touched(compilation, first, second, {region for region, _class in changed})
    visible = touched.visible_to(actor).select_related("unit", "region").order_by("-updated_at", "-pk")
    sheets = list(visible[: MOST_SHEETS + 1])
    more = visible.count() - MOST_SHEETS if len(sheets) > MOST_SHEETS else 0
    total = DifferenceRow("", "", sum(before.values(), ZERO), sum(after.values(), ZERO))
    regions, classes = _by_region(before, after, changed), _by_class(compilation.year_id, before, after)
    return Differences(total, regions, classes, _touches(sheets[:MOST_SHEETS]), more)


def _frozen(snapshot: Snapshot) -> Sums:
    return _sums(SnapshotRow.objects.filter(snapshot=snapshot))


def _now(compilation: Compilation) -> Sums:
    rows = SummaryByFunction.objects.filter(year=compilation.year_id, round=compilation.round)
    return _sums(rows.filter(region__in=regions_in(compilation.region)))


def _sums(rows: QuerySet[Any]) -> Sums:
    grouped = rows.order_by().values("region_id", group=Left("function__code", 3)).annotate(sum=Sum("amount"))
    return {(row["region_id"], row["group"]): row["sum"] for row in grouped if row["sum"]}


def _by_region(before: Sums, after: Sums, changed: set[tuple[int, str]]) -> list[DifferenceRow]:
    """The regions in which anything differs, even if it balances in the sum."""
    names = Region.objects.filter(pk__in={region for region, _class in changed}).order_by("code")
    rows = {region.pk: DifferenceRow(region.code, region.name, region_id=region.pk) for region in names}
    for (region, _class), amount in before.items():
        if region in rows:
            rows[region].before += amount
    for (region, _class), amount in after.items():
        if region in rows:
            rows[region].after += amount
    return list(rows.values())


def _by_class(year: int, before: Sums, after: Sums) -> list[DifferenceRow]:
    names = names_of(year, Catalog.FUNCTION)
    rows: dict[str, DifferenceRow] = {}
    for (_region, group), amount in before.items():
        rows.setdefault(group, DifferenceRow(group, names.get(group, ""))).before += amount
    for (_region, group), amount in after.items():
        rows.setdefault(group, DifferenceRow(group, names.get(group, ""))).after += amount
    return [rows[group] for group in sorted(rows)]


def _touched(compilation: Compilation, first: Snapshot, second: Snapshot | None, regions: set[int]) -> SheetQuerySet:
    """The sheets of these regions that were touched after their own region's figures were frozen.

    Between two snapshots the states tell: an accepted sheet's figures move only after it was returned.
    """
    sheets = BudgetSheet.objects.of_round(compilation.year_id, compilation.round)
    since = _frozen_at(compilation, first, regions)
    if second is not None:
        moved = BudgetSheet.history.filter(region__in=regions, year=compilation.year_id, round=compilation.round)  # type: ignore[attr-defined]
        moved = moved.filter(history_date__gt=min(since.values(), default=first.taken_at))
        return sheets.filter(pk__in=moved.filter(history_date__lte=second.taken_at).values("id"))
    by_time = defaultdict(list)
    for region in regions:
        by_time[since.get(region, first.taken_at)].append(region)
    found = sheets.none()
    for taken_at, places in by_time.items():
        found |= sheets.filter(region__in=places, updated_at__gt=taken_at)
    return found


def _frozen_at(compilation: Compilation, snapshot: Snapshot, regions: Iterable[int]) -> dict[int, datetime]:
    """Region → when the figures of it that stand in the snapshot were frozen by the region itself."""
    own = Snapshot.objects.filter(compilation__region__in=set(regions), taken_at__lte=snapshot.taken_at)
    own = own.filter(compilation__year=compilation.year_id, compilation__round=compilation.round).order_by()
    return dict(own.values_list("compilation__region_id").annotate(at=Max("taken_at")))


def _touches(sheets: list[BudgetSheet]) -> list[Touch]:
    """Who wrote last to each sheet or its lines: three queries for all of them."""
    last: dict[int, tuple[datetime, int | None]] = {}
    ids = [sheet.pk for sheet in sheets]
    sources: tuple[tuple[Any, str], ...] = ((BudgetSheet, "id"), (BudgetLine, "sheet_id"))
    for model, key in sources:
        records = model.history.filter(**{f"{key}__in": ids}).order_by(key, "-history_date").distinct(key)
        for pk, at, user in records.values_list(key, "history_date", "history_user_id"):
            last[pk] = max(last.get(pk, (at, user)), (at, user), key=lambda each: each[0])
    users = get_user_model().objects.in_bulk({user for _at, user in last.values()} - {None})
    rows = []
    for sheet in sheets:
        at, user = last.get(sheet.pk, (sheet.updated_at, None))
        rows.append(Touch(sheet, at, str(users.get(user, ""))))
    return rows
