"""One of each thing that a page of disbursement shows."""

from datetime import timedelta
from typing import Any

from django.test import override_settings
from django.utils import timezone

from apps.disbursement.models import DayBook, Difference, InMessage, OutMessage
from apps.disbursement.tests.factories import Treasury, row


def by_address(treasury: Treasury) -> dict[str, Any]:
    """Rows by the beginning of the address that shows them: a voucher on its way, a day with a difference."""
    treasury.connect()
    with override_settings(SIGNING_KEY=b"\x05" * 32):
        request = treasury.approved(row())
    book = DayBook.objects.create(
        region=treasury.region, account=treasury.account, day=timezone.localdate() - timedelta(days=1)
    )
    return {
        "disbursement:request": treasury.request(),
        "disbursement:difference": Difference.objects.create(book=book, kind="theirs", key="1", bank=1),
        "disbursement:day": book,
        "disbursement:sent": OutMessage.objects.latest("pk"),
        "disbursement:received": InMessage.objects.create(link=treasury.link, digest="0" * 64, raw=b"<x/>", size=4),
        "disbursement:voucher": request.voucher,
        "disbursement:track": request.rows.get(),
    }
