"""The clock of the audit log."""

import logging

from celery import shared_task

from apps.audit import services
from apps.audit.selectors.sealed import verify

alarm = logging.getLogger("imbudget.alarm")


@shared_task(name="audit.fold_refusals")
def fold_refusals() -> int:
    """Write down how often refusals were repeated."""
    return services.fold_refusals()


@shared_task(name="audit.seal")
def seal() -> int:
    """Seal what is settled."""
    return services.seal_records()


@shared_task(name="audit.forward")
def forward() -> int:
    """Tell the log server outside."""
    return services.forward()


@shared_task(name="audit.keep")
def keep() -> int:
    """Months ahead, months closed, months removed; then everything is compared with what was sealed."""
    problems = services.keep() + verify().problems
    for problem in problems:
        alarm.critical("audit log: %s", problem)
    return len(problems)
