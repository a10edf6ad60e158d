"""Scheduled work of disbursement."""

from celery import shared_task
from django.db import connection

from apps.disbursement.models import TreasuryLink
from apps.disbursement.services import exchange as exchanging
from apps.disbursement.services import flows, queries, reconciling

EVERY = 15  # seconds between two rounds
LOCK, UNLOCK = "SELECT pg_try_advisory_lock(7016, %s)", "SELECT pg_advisory_unlock(7016, %s)"


@shared_task(name="disbursement.exchange")
def exchange() -> int:
    """One round: each treasury is spoken with in a task of its own, so that a slow one holds up no other; how many."""
    queries.ask_overdue()
    links = list(exchanging.open_links().values_list("pk", flat=True))
    for pk in links:
        exchange_with.apply_async([pk], expires=EVERY)
    exchanging.settle_new(link__is_open=False)
    return len(links)


@shared_task(name="disbursement.exchange_with")
def exchange_with(pk: int) -> dict[str, int]:
    """One round with a treasury, unless another worker is speaking with it."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [pk])
        if not cursor.fetchone()[0]:
            return {}
        try:
            return exchanging.exchange_with(TreasuryLink.objects.get(pk=pk))
        finally:
            cursor.execute(UNLOCK, [pk])


@shared_task(name="disbursement.reconcile")
def reconcile() -> int:
    """Compare the days of accounts of which something has come."""
    return reconciling.reconcile_due()


@shared_task(name="disbursement.fold_flows")
def fold_flows() -> bool:
    """Join the sums of payments that requests have appended."""
    return flows.fold_flows()
