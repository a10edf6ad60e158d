"""Scheduled work of monitoring."""

from celery import shared_task

from apps.monitoring import services


@shared_task(name="monitoring.run_timed")
def run_timed() -> dict[str, int]:
    """Run the timed rules that are due."""
    return services.run_timed()


@shared_task(name="monitoring.escalate")
def escalate() -> int:
    """Tell of alarms that were not answered in time."""
    return services.escalate_overdue()
