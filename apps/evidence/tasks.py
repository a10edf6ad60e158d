"""The clock of the log: sealed each few seconds, signed at the set interval and when the day ends."""

from celery import shared_task

from apps.evidence import services
from apps.evidence.models import Cause
from apps.evidence.services import checkpoints


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
