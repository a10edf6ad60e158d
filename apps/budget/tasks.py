"""Scheduled work on budgets."""

from celery import shared_task
from django.utils import timezone

from apps.budget import services


@shared_task(name="budget.fold_summary")
def fold_summary() -> bool:
    """Fold the roll-up's delta table."""
    return services.fold_summary()


@shared_task(name="budget.enforce_due")
def enforce_due() -> int:
    """Put approved head counts into force whose day has come."""
    return services.enforce_due(timezone.localdate())
