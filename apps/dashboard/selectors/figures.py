"""Figures read: sums over regions for one measure or for all, now and by month."""

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Min, QuerySet, Sum
from django.utils import timezone

from apps.dashboard.models import Figure, MeasureRun
from apps.dashboard.models.figures import NOW
from apps.regions.models import Region
from imbudget.kit import registry
from imbudget.kit.actor import Actor
from imbudget.kit.registry import Measure

LATE = datetime.timedelta(minutes=2)  # figures are computed every half minute


@dataclass(frozen=True, slots=True)
class Amount:
    """A figure and how many rows are behind it; a ratio has what it is made of as well."""

    value: Decimal | None = None
    count: int | None = None
    part: Decimal | None = None
    whole: Decimal | None = None


NONE = Amount()
Sums = Mapping[str, Amount]


def measures_of(actor: Actor) -> dict[str, Measure]:
    """The measures that are offered, and whose rows the actor may see."""
    found = [(name, one) for name, one in registry.measures.items() if one.listed and actor.can(one.grant)]
    return dict(sorted(found, key=lambda pair: pair[1].place))


def stated(names: Iterable[str]) -> list[str]:
    """The measures that these are computed from."""
    found: dict[str, None] = {}
    for name in names:
        found |= dict.fromkeys(registry.measures.get(name).part_of or (name,))
    return list(found)


def within(actor: Actor, region: Region) -> QuerySet[Figure]:
    """The figures of a region and those below it, as far as the actor sees them: one indexed equality."""
    rows = Figure.objects.visible_to(actor)
    if region.level == 0:
        return rows
    return rows.filter(league=region) if region.level == 1 else rows.filter(region=region)


def now_by_place(
    actor: Actor, region: Region, year: int, names: Iterable[str], place: Callable[[int, int | None], int]
) -> dict[int, dict[str, Amount]]:
    """What stands now: place → measure → sum. `place` says where a figure of (region, league) belongs. One query."""
    names = list(names)
    rows = within(actor, region).filter(measure__in=stated(names), year=year, month=NOW).order_by()
    sums: dict[int, dict[str, Amount]] = defaultdict(dict)
    for measure, of_region, league, value, count in rows.values_list("measure", "region", "league", "value", "count"):
        key = place(of_region, league)
        sums[key][measure] = added(sums[key].get(measure, NONE), Amount(value, count))
    return {key: completed(found, names) for key, found in sums.items()}


def added(one: Amount, other: Amount) -> Amount:
    """Two sums as one; what is in neither stays missing."""
    if one.value is None or other.value is None:
        return other if one.value is None else one
    count = None if one.count is None and other.count is None else (one.count or 0) + (other.count or 0)
    return Amount(one.value + other.value, count)


def completed(sums: Sums, names: Iterable[str]) -> dict[str, Amount]:
    """The sums with ratios among them: no ratio where a part is missing or the whole is nothing."""
    return {
        name: _ratio(sums, parts) if (parts := registry.measures.get(name).part_of) else sums.get(name, NONE)
        for name in names
    }


def _ratio(sums: Sums, parts: tuple[str, str]) -> Amount:
    part, whole = (sums.get(name, NONE).value for name in parts)
    if not whole:
        return Amount(None, None, part, whole)
    # Where there is a whole, no row of the part means that nothing of it has happened.
    return Amount((part or Decimal(0)) * 100 / whole, None, part or Decimal(0), whole)


def total(sums: Iterable[Sums], names: Iterable[str]) -> dict[str, Amount]:
    """All places together: ratios are computed from sums, never summed."""
    names, found = list(names), dict[str, Amount]()
    for each in sums:
        for name in names:
            parts = registry.measures.get(name).part_of
            one = each.get(name, NONE)
            given = {parts[0]: Amount(one.part), parts[1]: Amount(one.whole)} if parts else {name: one}
            for key, figure in given.items():
                found[f"{name} {key}"] = added(found.get(f"{name} {key}", NONE), figure)
    return {name: _total_of(found, name) for name in names}


def _total_of(found: Sums, name: str) -> Amount:
    parts = registry.measures.get(name).part_of
    if parts:
        return _ratio({key: found.get(f"{name} {key}", NONE) for key in parts}, parts)
    return found.get(f"{name} {name}", NONE)


def by_month(actor: Actor, region: Region, years: Iterable[int], name: str) -> dict[tuple[int, int], Decimal]:
    """(year, month) → what stood at its end; a month of which nothing is known is not there. One query."""
    rows = within(actor, region).filter(measure__in=stated([name]), year__in=list(years), month__gt=NOW).order_by()
    sums: dict[tuple[int, int], dict[str, Amount]] = defaultdict(dict)
    for year, month, measure, value in rows.values_list("year", "month", "measure").annotate(of=Sum("value")):
        sums[year, month][measure] = Amount(value)
    found = {key: completed(each, [name])[name].value for key, each in sums.items()}
    return {key: value for key, value in found.items() if value is not None}


def as_of(names: Iterable[str]) -> datetime.datetime | None:
    """When these figures were computed: the oldest of them counts. None where one never was. One query."""
    runs = MeasureRun.objects.filter(measure__in=stated(names)).aggregate(oldest=Min("at"))
    return runs["oldest"]


def is_late(at: datetime.datetime) -> bool:
    """Whether figures are older than they should ever be."""
    return timezone.now() - at > LATE
