"""Scheduled work of the dashboards."""

from celery import shared_task

from apps.dashboard.services.kpi import refresh_kpis


@shared_task(name="dashboard.refresh_kpis")
def refresh(whole: bool = False) -> int:
    """Work the measures of the roll-out out."""
    return refresh_kpis(whole=whole)
