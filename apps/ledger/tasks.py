"""Scheduled work on the ledger."""

from celery import shared_task

from apps.ledger import services


@shared_task(name="ledger.fold_totals")
def fold_totals() -> bool:
    """Join the totals of accounts that postings have appended."""
    return services.fold_totals()
