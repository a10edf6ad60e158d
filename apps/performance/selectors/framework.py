"""Which items of the framework count in a region and a year, and what they come to."""

from collections.abc import Sequence
from decimal import Decimal

from django.db.models import Q

from apps.performance.models import FrameworkItem, FrameworkPart
from apps.regions.models import Region


def items_of(region: Region, year: int) -> list[FrameworkItem]:
    """The items of the nearest region that has some in the year, else those of everywhere; in their order. One query."""
    edges = {"region__tree_id": region.tree_id, "region__lft__lte": region.lft, "region__rght__gte": region.rght}
    rows = FrameworkItem.objects.filter(Q(region=None) | Q(**edges), is_current=True)
    rows = rows.filter(valid_from__lte=year, valid_to__gte=year).select_related("region").order_by("valid_from")
    by_level: dict[int, dict[str, FrameworkItem]] = {}
    for row in rows:
        by_level.setdefault(row.region.level if row.region else -1, {})[row.code] = row  # the newest of a code stands
    nearest = by_level[max(by_level)].values() if by_level else ()
    return sorted(nearest, key=lambda item: (item.number, item.code))


def sums_of(items: Sequence[FrameworkItem]) -> dict[str, Decimal]:
    """Part → the points of its items."""
    return {
        part: sum((item.points for item in items if item.part == part), Decimal(0)) for part in FrameworkPart.values
    }


def siblings_of(item: FrameworkItem) -> list[FrameworkItem]:
    """The items that count together with this one in its first year, itself as it is in hand."""
    rows = FrameworkItem.objects.filter(region=item.region_id, is_current=True).exclude(pk=item.pk)
    rows = rows.filter(valid_from__lte=item.valid_from, valid_to__gte=item.valid_from).order_by("valid_from")
    by_code = {row.code: row for row in rows}
    if item.is_current and item.valid_from <= item.valid_to:
        by_code[item.code] = item
    return list(by_code.values())
