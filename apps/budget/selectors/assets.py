"""Which asset standard decides for an item that a unit buys, and how many people the unit has for it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, Sum

from apps.budget.models import AssetStandard, StaffCount
from apps.regions.models import Unit


@dataclass(frozen=True, slots=True)
class Standards:
    """The standards in force for a unit, the one that decides last."""

    rows: Sequence[AssetStandard]

    def of(self, item: str) -> AssetStandard | None:
        """The narrowest standard of an item; of several the nearest region's, at one region that of the unit's nature."""
        held = [row for row in self.rows if item.startswith(row.item)]
        return max(held, key=_rank, default=None)


def asset_standards(unit: Unit, year: int) -> Standards:
    """What holds for the unit in the year; one query beside those of the region's ancestors."""
    nodes = unit.region.get_ancestors(include_self=True)
    rows = AssetStandard.objects.filter(
        Q(region=None) | Q(region__in=nodes), nature__in=("", unit.nature), valid_from__lte=year, valid_to__gte=year
    ).select_related("region")
    return Standards(list(rows))


def _rank(row: AssetStandard) -> tuple[int, int, bool, int]:
    return (len(row.item), row.region.level if row.region else -1, bool(row.nature), row.valid_from)


def people_in_post(unit: Unit, year: int) -> int | None:
    """How many people in post the unit has stated; None where it has stated nothing."""
    counts = StaffCount.objects.filter(unit=unit, year=year)
    found: int | None = counts.aggregate(people=Sum("people", filter=Q(category__in_post=True)))["people"]
    return found
