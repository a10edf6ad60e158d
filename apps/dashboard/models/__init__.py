"""Small tables of figures that dashboards read."""

from apps.dashboard.models.boundaries import BoundaryMap, Outline
from apps.dashboard.models.figures import Figure, MeasureRun

__all__ = ["BoundaryMap", "Figure", "MeasureRun", "Outline"]
