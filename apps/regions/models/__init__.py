"""Regions, departments and budget units."""

from apps.regions.models.region import Region, RegionCodeChange, RegionKind, RegionTag
from apps.regions.models.unit import Department, Unit, UnitCodeChange, UnitNature

__all__ = [
    "Department",
    "Region",
    "RegionCodeChange",
    "RegionKind",
    "RegionTag",
    "Unit",
    "UnitCodeChange",
    "UnitNature",
]
