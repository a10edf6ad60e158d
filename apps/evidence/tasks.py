"""The clock of the log: sealed each few seconds, signed at the set interval and when the day ends."""

import logging

from celery import shared_task

from apps.evidence import services
from apps.evidence.models import Cause
from apps.evidence.services import checkpoints
from apps.evidence.services.verifying import verify_on

log = logging.getLogger(__name__)


@shared_task(name="evidence.seal")
def seal() -> int:
    """Seal what is ready."""
    return services.seal_all()


@shared_task(name="evidence.checkpoint")
def checkpoint() -> int | None:
    """Sign the log when the interval has passed and something was sealed since."""
    made = checkpoints.make_checkpoint() if checkpoints.is_due() else None
    return made.number if made else None


@shared_task(name="evidence.end_of_day")
def end_of_day() -> int | None:
    """Sign the log as the day leaves it, whether something was sealed since or not."""
    services.seal_all()
    made = checkpoints.make_checkpoint(Cause.DAY)
    return made.number if made else None


@shared_task(name="evidence.verify")
def verify(whole: bool = False) -> int:
    """Verify what came since the last time, or all; returns how many problems, each of which is logged as an error."""
    result = verify_on(since_last=not whole)
    for problem in result.problems:
        log.error("evidence: %s", problem)
    return result.count
