"""The day by which terms end: no single clock decides, and none that has run back; `terms` tells of those set ahead."""

from datetime import date, timedelta

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.evidence.models import Entry
from imbudget.kit.errors import RuleViolation

TOLERANCE = timedelta(minutes=10)


def certain_today() -> date:
    """Today by the clocks of this machine and of the database, the earlier of the two.

    Raises RuleViolation when they are apart, or stand before what the evidence recorded already: someone moved a clock,
    and no term may end by it.
    """
    here = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        there = cursor.fetchone()[0]
    last = Entry.objects.order_by("-pk").values_list("recorded_at", flat=True).first()
    apart = abs(here - there) > TOLERANCE
    back = last is not None and min(here, there) < last - TOLERANCE
    if apart or back:
        raise RuleViolation(_("The clock of this machine cannot be trusted: no term ends until it is set right."))
    return timezone.localtime(min(here, there)).date()
