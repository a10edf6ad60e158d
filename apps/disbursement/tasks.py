"""Scheduled work of disbursement."""

from celery import shared_task

from apps.disbursement import services
from apps.disbursement.services import flows, reconciling


@shared_task(name="disbursement.exchange")
def exchange() -> dict[str, int]:
    """One round with every treasury."""
    return services.exchange_all()


@shared_task(name="disbursement.reconcile")
def reconcile() -> int:
    """Compare the days of accounts of which something has come."""
    return reconciling.reconcile_due()


@shared_task(name="disbursement.fold_flows")
def fold_flows() -> bool:
    """Join the sums of payments that requests have appended."""
    return flows.fold_flows()
