"""Scheduled work of dashboards."""

from celery import shared_task

from apps.dashboard import services


@shared_task(name="dashboard.refresh_figures")
def refresh_figures() -> bool:
    """Compute the figures anew; False when another run is at work."""
    return services.refresh_figures() is not None
