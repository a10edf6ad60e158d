"""Two clocks that do not agree: what a message may say of days, and by how much its own time may differ from ours.

The order of messages and what is believed of them never depend on the time that stands on them: only on when they were kept.
The days on which money moved do count, so they must be possible: none after tomorrow (their day may have begun before ours),
none before the day before the voucher was made. By how much a clock is off is shown with each message.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.disbursement.services.unbelieved import Unbelieved

A_DAY = timedelta(days=1)


def refuse_impossible_days(days: Iterable[date], made: date | None = None) -> None:
    """Raise Unbelieved for a day that has not come yet, or on which the voucher (`made` then) was not there yet."""
    latest, today = timezone.localdate() + A_DAY, timezone.localdate()
    for day in days:
        if day > latest:
            text = _(
                "It speaks of %(day)s, and today is %(today)s: one of the two clocks is wrong. Once they agree, have this "
                "message looked at again."
            )
            raise Unbelieved(text % {"day": f"{day:%Y-%m-%d}", "today": f"{today:%Y-%m-%d}"})
        if made is not None and day < made - A_DAY:
            text = _(
                "It says that money moved on %(day)s, before its voucher was made on %(made)s: one of the two clocks is wrong. "
                "Ask the treasury."
            )
            raise Unbelieved(text % {"day": f"{day:%Y-%m-%d}", "made": f"{made:%Y-%m-%d}"})


def moment_of(said: datetime) -> datetime:
    """The time on a message as a moment; one without a zone is meant where we are. Raises OverflowError beyond all calendars."""
    return timezone.localtime(said if timezone.is_aware(said) else timezone.make_aware(said))
