"""Scheduled work on budgets."""

from celery import shared_task

from apps.budget import services


@shared_task(name="budget.fold_summary")
def fold_summary() -> bool:
    """Fold the roll-up's delta table."""
    return services.fold_summary()
