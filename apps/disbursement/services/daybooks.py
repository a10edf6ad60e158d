"""The days of accounts, held while something of them moves: whoever writes into a day waits for whoever closes it."""

from collections.abc import Iterable
from datetime import date

from django.db import connection
from django.utils.translation import gettext as _

from apps.disbursement.models import DayBook, DayState, PayAccount
from apps.disbursement.services.unbelieved import Unbelieved

TOUCH = """
INSERT INTO disbursement_daybook (region_id, account_id, day, state, is_stale, ledger_count, ledger_sum, bank_count,
    bank_sum, treasury_count, treasury_sum, matched, unsettled, has_bank, has_treasury, reopen_reason)
SELECT %(region)s, %(account)s, day, 'open', true, 0, 0, 0, 0, 0, 0, 0, 0, false, false, ''
FROM unnest(%(days)s::date[]) AS day ORDER BY day
ON CONFLICT (account_id, day) DO UPDATE SET is_stale = true
RETURNING day, state
"""


def touch(account: PayAccount, days: Iterable[date]) -> None:
    """Say that these days of the account have to be compared again, and hold them to the end of the transaction.

    Raises Unbelieved where one of them is closed.
    """
    with connection.cursor() as cursor:
        cursor.execute(TOUCH, {"region": account.region_id, "account": account.pk, "days": sorted(set(days))})
        closed = [day for day, state in cursor.fetchall() if state == DayState.CLOSED]
    if closed:
        raise Unbelieved(
            _("The day %(day)s of this account is closed: reopen it first, then have this message looked at again.")
            % {"day": f"{min(closed):%Y-%m-%d}"}
        )


def lock(book: DayBook) -> None:
    """Hold one day and read its state anew."""
    DayBook.objects.select_for_update(of=("self",), no_key=True).get(pk=book.pk)
    book.refresh_from_db()
