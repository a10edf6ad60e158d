"""Small tables of figures that dashboards read."""

from apps.dashboard.models.boundaries import BoundaryMap, Outline
from apps.dashboard.models.due import DueSheet
from apps.dashboard.models.figures import Figure, MeasureRun
from apps.dashboard.models.kpi import Kpi, KpiBaseline, KpiFigure, KpiPeriod, KpiTarget, TargetKind

__all__ = [
    "BoundaryMap",
    "DueSheet",
    "Figure",
    "Kpi",
    "KpiBaseline",
    "KpiFigure",
    "KpiPeriod",
    "KpiTarget",
    "MeasureRun",
    "Outline",
    "TargetKind",
]
