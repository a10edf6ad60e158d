"""The clock of the log: sealed each few seconds, signed at the set interval and when the day ends, told to witnesses outside."""

import logging

from celery import shared_task

from apps.evidence import services
from apps.evidence.anchoring.writing import anchor_checkpoints
from apps.evidence.models import Cause
from apps.evidence.services import checkpoints
from apps.evidence.services.verifying import verify_on
from apps.evidence.witnessing.comparing import faults
from apps.evidence.witnessing.folder import publish
from apps.evidence.witnessing.rounds import ask_peers

log = logging.getLogger(__name__)
alarm = logging.getLogger("imbudget.alarm")


@shared_task(name="evidence.seal")
def seal() -> int:
    """Seal what is ready: versions of rows first, as their batches have entries too."""
    services.seal_rows()
    return services.seal_all()


@shared_task(name="evidence.checkpoint")
def checkpoint() -> int | None:
    """Sign the log when the interval has passed and something was sealed since."""
    made = checkpoints.make_checkpoint() if checkpoints.is_due() else None
    return made.number if made else None


@shared_task(name="evidence.end_of_day")
def end_of_day() -> int | None:
    """Sign the log as the day leaves it, whether something was sealed since or not."""
    services.seal_rows()
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


@shared_task(name="evidence.anchor")
def anchor() -> int:
    """Write checkpoints to the chain, where one is set; returns how many anchors moved."""
    return anchor_checkpoints()


@shared_task(name="evidence.witness")
def witness() -> int:
    """Publish checkpoints into the folder, and look at those of other installations."""
    return publish() + ask_peers()


@shared_task(name="evidence.compare")
def compare() -> int:
    """Hold everything outside against the checkpoints; returns how many problems, each of which is an alarm."""
    problems, unasked = faults()
    for problem in problems:
        alarm.critical("evidence: %s", problem)
    for each in unasked:
        log.error("evidence: %s", each)
    return len(problems)
