"""Scheduled work of dashboards."""

from celery import shared_task

from apps.dashboard import services
from apps.dashboard.services.kpi import refresh_kpis


@shared_task(name="dashboard.refresh_figures")
def refresh_figures() -> bool:
    """Compute the figures anew; False when another run is at work."""
    return services.refresh_figures() is not None


@shared_task(name="dashboard.refresh_kpis")
def refresh(whole: bool = False) -> int:
    """Work the measures of the roll-out out."""
    return refresh_kpis(whole=whole)
