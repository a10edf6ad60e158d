"""Which standard pays a subsidy in a region and year."""

from apps.regions.models import Region
from apps.subsidy.models import Standard, Subsidy


def standard_for(subsidy: Subsidy, region: Region, year: int) -> Standard | None:
    """The standard of the nearest region, from this one upwards."""
    above = list(region.get_ancestors(ascending=True, include_self=True).values_list("pk", flat=True))
    found = {
        row.region_id: row
        for row in Standard.objects.filter(subsidy=subsidy, year=year, region__in=above).select_related("region")
    }
    return next((found[pk] for pk in above if pk in found), None)
