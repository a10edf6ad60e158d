"""Scheduled work of performance."""

from celery import shared_task
from django.utils import timezone

from apps.codes.models import FiscalYear
from apps.performance import services


# Monitoring and rectification.
@shared_task(name="performance.light_budgets")
def light_budgets() -> int:
    """Light the budget lamps of this year's projects by the last whole month."""
    today = timezone.localdate()
    year = FiscalYear.objects.filter(pk=today.year).first()
    return services.light_budgets(year, today.month - 1) if year is not None and today.month > 1 else 0


@shared_task(name="performance.escalate")
def escalate() -> int:
    """Tell of rectifications that were not reported in time."""
    return services.escalate_overdue()
