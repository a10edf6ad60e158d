"""The end of publicity, when its time has come: for the clock and the command of the operator."""

import logging

from django.db.models import Q

from apps.review.models import Publicity, PublicityState
from apps.review.services.clock import certain_today
from apps.review.services.publicity import end_publicity
from apps.review.services.terms import note_day
from imbudget.kit.actor import system_actor
from imbudget.kit.errors import RuleViolation

CLOCK = system_actor("review.end_publicities")
log = logging.getLogger(__name__)


def end_due() -> int:
    """Note that the system was seen today, then end every notice whose last day has passed, each in its own transaction.

    Returns how many results took effect.

    One that a rule holds back is told in the log and does not hold the others.
    """
    settled, today = 0, certain_today()
    note_day(CLOCK, today)
    late = Q(moved_to=None) | Q(moved_to__lt=today)
    due = Publicity.objects.filter(late, state=PublicityState.RUNNING, ends_on__lt=today)
    for notice in due.select_related("conclusion__review", "region").order_by("ends_on", "pk"):
        try:
            settled += end_publicity(CLOCK, notice)
        except RuleViolation as refusal:
            log.warning("notice %s waits: %s", notice.pk, refusal)
    return settled
