"""应报/已报/未报: who has to hand in, who has, and who has not."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Sum

from apps.budget.models import BudgetSheet, Compilation, CompilationState, SheetState
from apps.budget.selectors.plans import without_round
from apps.regions.models import Region, Unit
from apps.regions.models.unit import UnitQuerySet
from imbudget.kit.actor import Actor

HANDED_IN = (SheetState.SUBMITTED, SheetState.ACCEPTED)


@dataclass(frozen=True, slots=True)
class CollectionStatus:
    """What stands between a region and its compilation."""

    waiting: int
    missing: int
    report_ids: list[int]


@dataclass(slots=True)
class RegionProgress:
    """One line of the progress page: units due, handed in, accepted; and the region's own compilation."""

    region: Region
    own: bool
    due: int = 0
    submitted: int = 0
    accepted: int = 0
    entered: int = 0
    total: Decimal = field(default_factory=Decimal)
    compilation: Compilation | None = None

    @property
    def handed_in(self) -> int:
        return self.submitted + self.accepted

    @property
    def missing(self) -> int:
        return self.due - self.handed_in

    @property
    def reported_total(self) -> Decimal | None:
        """The frozen total of a region below; the own compilation covers those as well, so it is no figure of this row."""
        return None if self.own else self.compiled_total

    @property
    def compiled_total(self) -> Decimal | None:
        """What the region's compilation froze, own level and regions below together."""
        return self.compilation.snapshot.total if self.compilation and self.compilation.snapshot else None

    @property
    def difference(self) -> Decimal | None:
        """Live figures minus the frozen ones: what moved since the region compiled."""
        return None if self.reported_total is None else self.total - self.reported_total


def units_due(region: Region, year: int) -> UnitQuerySet:
    """The region's own-level units that exist when the year begins."""
    return Unit.objects.filter(region=region).valid_on(date(year, 1, 1))


def _round_sheets(year: int, round_: str) -> QuerySet[BudgetSheet]:
    return BudgetSheet.objects.filter(unit=OuterRef("pk"), year=year, round=round_)


def units_with_sheets(
    actor: Actor, region: Region, year: int, round_: str, *, only_missing: bool = False
) -> UnitQuerySet:
    """The region's own units that the actor sees, the missing ones first; each with `sheet` and `is_missing`."""
    handed_in = _round_sheets(year, round_).filter(state__in=HANDED_IN)
    units = units_due(region, year).visible_to(actor).annotate(is_missing=~Exists(handed_in))
    if only_missing:
        units = units.filter(is_missing=True)
    sheets = BudgetSheet.objects.filter(year=year, round=round_).select_related("region")
    own = Prefetch("sheets", queryset=sheets, to_attr="sheets_of_round")
    return units.select_related("department").prefetch_related(own).order_by("-is_missing", "code")


def sums_of_units(actor: Actor, region: Region, year: int, round_: str) -> dict[str, Any]:
    """The figures of a progress page over the region's own units that the actor sees."""
    of_round = Q(sheets__year=year, sheets__round=round_)
    units = units_due(region, year).visible_to(actor).order_by()
    sums = units.aggregate(
        due=Count("pk", distinct=True),
        handed_in=Count("pk", filter=of_round & Q(sheets__state__in=HANDED_IN)),
        accepted=Count("pk", filter=of_round & Q(sheets__state=SheetState.ACCEPTED)),
        total=Sum("sheets__total", filter=of_round),
    )
    return sums | {"missing": sums["due"] - sums["handed_in"], "total": sums["total"] or Decimal(0)}


def reporters(region: Region) -> QuerySet[Region]:
    """The regions that report to this one."""
    return Region.objects.filter(Q(reports_to=region) | Q(reports_to=None, parent=region)).order_by("code")


def reports_elsewhere(region: Region) -> list[Region]:
    """Regions that stand below this one in the tree and report to another one.

    The live summary goes by the tree, a compilation by the reports: the two differ by these regions.
    """
    below = Region.objects.filter(parent=region).exclude(reports_to=None).exclude(reports_to=region)
    return list(below.select_related("reports_to").order_by("code"))


def reports_from_elsewhere(region: Region) -> list[Region]:
    """Regions that report to this one and stand below another one in the tree."""
    given = Region.objects.filter(reports_to=region).exclude(parent=region)
    return list(given.select_related("parent").order_by("code"))


def collection_status(region: Region, year: int, round_: str) -> CollectionStatus:
    """Counts of what waits for the region's answer and of what is missing, own units and lower regions together."""
    handed_in = Q(sheets__year=year, sheets__round=round_)
    counts = units_due(region, year).aggregate(
        due=Count("pk", distinct=True),
        waiting=Count("pk", filter=handed_in & Q(sheets__state=SheetState.SUBMITTED), distinct=True),
        accepted=Count("pk", filter=handed_in & Q(sheets__state=SheetState.ACCEPTED), distinct=True),
    )
    below = _reporters_with_units(region, year)
    below = sorted(set(below) - without_round(below, year, round_))
    compilations = Compilation.objects.filter(region__in=below, year=year, round=round_)
    states = dict(compilations.values_list("region_id", "state"))
    accepted = [pk for pk in below if states.get(pk) == CompilationState.ACCEPTED]
    reported = [pk for pk in below if states.get(pk) == CompilationState.REPORTED]
    return CollectionStatus(
        waiting=counts["waiting"] + len(reported),
        missing=counts["due"] - counts["waiting"] - counts["accepted"] + len(below) - len(accepted) - len(reported),
        report_ids=list(compilations.filter(region__in=accepted).values_list("pk", flat=True)),
    )


def _parents() -> dict[int, int | None]:
    return dict(Region.objects.order_by().values_list("pk", "parent_id"))


def _reporters_with_units(region: Region, year: int) -> list[int]:
    """Lower regions that have something to report: units of their own or below them."""
    busy = set(Unit.objects.valid_on(date(year, 1, 1)).order_by().values_list("region_id", flat=True).distinct())
    children = list(reporters(region).values_list("pk", flat=True))
    home = _home_of(region.pk, children, _parents())
    return [child for child in children if any(home.get(pk) == child for pk in busy)]


def region_progress(region: Region, year: int, round_: str) -> list[RegionProgress]:
    """The region's own level and each region below it that reports to it; six queries whatever the size."""
    rows = {child.pk: RegionProgress(child, own=False) for child in reporters(region)}
    rows[region.pk] = RegionProgress(region, own=True)
    home = _home_of(region.pk, list(rows), _parents())
    inside = Q(region__in=list(home))
    units = Unit.objects.filter(inside).valid_on(date(year, 1, 1)).order_by()
    units = units.exclude(region__in=without_round(home, year, round_))  # nothing is due where the round is not run
    for counted in units.values("region_id").annotate(due=Count("pk")):
        rows[home[counted["region_id"]]].due += counted["due"]
    sheets = BudgetSheet.objects.filter(inside, year=year, round=round_).order_by()
    # A unit that is not due any more keeps its sums, but it must not count as handed in for one that is missing.
    due = Count("pk", filter=Q(unit__in=units.values("pk")))
    for counted in sheets.values("region_id", "state").annotate(n=due, sum=Sum("total")):
        _count(rows[home[counted["region_id"]]], counted["state"], counted["n"], counted["sum"])
    found = Compilation.objects.filter(region__in=list(rows), year=year, round=round_)
    for compilation in found.select_related("snapshot", "region"):
        rows[compilation.region_id].compilation = compilation
    own = rows.pop(region.pk)
    return [own, *(row for row in rows.values() if row.due)]


def progress_sums(rows: list[RegionProgress]) -> dict[str, Any]:
    """The figures above a progress table, over all its rows."""
    names = ("due", "handed_in", "accepted", "missing", "total")
    return {name: sum(getattr(row, name) for row in rows) for name in names}


def _count(row: RegionProgress, state: str, number: int, total: Decimal) -> None:
    row.total += total
    if state == SheetState.ACCEPTED:
        row.accepted += number
    elif state == SheetState.SUBMITTED:
        row.submitted += number
    else:
        row.entered += number


def regions_in(region: Region) -> list[int]:
    """The regions whose money a compilation of this region holds: its own level and all that report to it."""
    return list(_home_of(region.pk, list(reporters(region).values_list("pk", flat=True)), _parents()))


def _home_of(region_id: int, children: list[int], parents: dict[int, int | None]) -> dict[int, int]:
    """Region id → the reporting child it is counted under, or the region itself for its own level."""
    stops = {*children, region_id}
    home = {}
    for start in parents:
        pk: int | None = start
        while pk is not None and pk not in stops:
            pk = parents[pk]
        if pk is not None and (pk != region_id or start == region_id):
            home[start] = pk
    return home
