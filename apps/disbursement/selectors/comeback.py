"""Money that has come back to the account, as the statements show it: known by the reference of the payment that it was."""

from datetime import date

from django.db.models import QuerySet

from apps.disbursement.models import PaymentRequest, PaymentRow, StatementEntry
from apps.disbursement.models.request import Business


def left_as(row: PaymentRow) -> PaymentRow:
    """The payment under whose reference the money left the account: corrections may stand between."""
    while row.source is not None:
        row = row.source
    return row


def come_back(refund: PaymentRequest) -> StatementEntry | None:
    """The latest booking that may be this refund: of the same payment and amount, and of no other refund."""
    counted, entries = PaymentRow.objects.filter(request__business=Business.REFUND), _bookings(refund)
    known = counted.filter(bank_reference__in=entries.values("bank_reference"), outcome="paid")
    return entries.exclude(bank_reference__in=known.values("bank_reference")).order_by("booked_on", "pk").last()


def days_of_booking(refund: PaymentRequest, bank_reference: str) -> list[date]:
    """On which days statements have this booking of the refund."""
    entries = _bookings(refund).filter(bank_reference=bank_reference)
    return sorted(set(entries.values_list("statement__day", flat=True)))


def _bookings(refund: PaymentRequest) -> QuerySet[StatementEntry]:
    """Money in of the payment that it gives back, and as much; of none where it gives back several."""
    rows = list(refund.rows.select_related("source")[:2])
    if len(rows) != 1:
        return StatementEntry.objects.none()
    references = {left_as(rows[0]).reference, rows[0].reference}
    return StatementEntry.objects.filter(reference__in=references, amount=refund.total, statement__is_current=True)
