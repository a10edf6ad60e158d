"""Scheduled work of performance."""

from celery import shared_task

from apps.performance import services


# Monitoring and rectification.
@shared_task(name="performance.light_budgets")
def light_budgets() -> int:
    """Light the budget lamps of this year's projects by the last whole month."""
    return services.light_by_today()


@shared_task(name="performance.escalate")
def escalate() -> int:
    """Tell of rectifications that were not reported in time."""
    return services.escalate_overdue()


@shared_task(name="performance.fold_money")
def fold_money() -> int:
    """Add up the money of projects that moved."""
    return services.fold_money()


@shared_task(name="performance.fold_totals")
def fold_totals() -> int:
    """Count the totals of units anew whose project years changed."""
    return services.fold_totals()


@shared_task(name="performance.collect")
def collect() -> int:
    """Ask all sources for what projects reached."""
    return services.collect_due()


@shared_task(name="performance.close_surveys")
def close_surveys() -> int:
    """Close the surveys whose last day is over."""
    return services.close_due()
