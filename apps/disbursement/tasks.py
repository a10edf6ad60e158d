"""Scheduled work of disbursement."""

from celery import shared_task

from apps.disbursement import services


@shared_task(name="disbursement.exchange")
def exchange() -> dict[str, int]:
    """One round with every treasury."""
    return services.exchange_all()
