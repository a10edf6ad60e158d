"""Scheduled work on personal data."""

from celery import shared_task

from apps.persons import services


@shared_task(name="persons.keep_periods")
def keep_periods() -> dict[str, int]:
    """Do away with what is past its period."""
    return services.keep_periods()
