"""Regions, departments and budget units."""

from apps.regions.models.region import Region, RegionCodeChange, RegionKind, RegionTag
from apps.regions.models.rollout import RegionPhase, RolloutPhase
from apps.regions.models.unit import Department, Unit, UnitCodeChange, UnitNature

__all__ = [
    "Department",
    "Region",
    "RegionCodeChange",
    "RegionKind",
    "RegionPhase",
    "RegionTag",
    "RolloutPhase",
    "Unit",
    "UnitCodeChange",
    "UnitNature",
]
