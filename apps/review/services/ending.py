"""The end of publicity, when its time has come: for the clock and the command of the operator."""

import logging

from apps.review.models import Publicity, PublicityState
from apps.review.services.clock import certain_today
from apps.review.services.publicity import end_publicity
from imbudget.kit.actor import system_actor
from imbudget.kit.errors import RuleViolation

log = logging.getLogger(__name__)


def end_due() -> int:
    """End every notice whose last day has passed, each in its own transaction; returns how many results took effect.

    One that a rule holds back is told in the log and does not hold the others.
    """
    settled = 0
    due = Publicity.objects.filter(state=PublicityState.RUNNING, ends_on__lt=certain_today())
    for notice in due.select_related("conclusion__review", "region").order_by("ends_on", "pk"):
        try:
            settled += end_publicity(system_actor("review.end_publicities"), notice)
        except RuleViolation as refusal:
            log.warning("notice %s waits: %s", notice.pk, refusal)
    return settled
