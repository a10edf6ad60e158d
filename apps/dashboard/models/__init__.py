"""Small tables of figures that dashboards read."""

from apps.dashboard.models.kpi import Kpi, KpiBaseline, KpiFigure, KpiPeriod, KpiTarget, TargetKind

__all__ = ["Kpi", "KpiBaseline", "KpiFigure", "KpiPeriod", "KpiTarget", "TargetKind"]
