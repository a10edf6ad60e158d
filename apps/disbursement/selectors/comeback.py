"""Money that has come back to the account, as the statements show it: known by the reference of the payment that it was."""

from apps.disbursement.models import PaymentRequest, PaymentRow, StatementEntry
from apps.disbursement.models.request import Business


def left_as(row: PaymentRow) -> PaymentRow:
    """The payment under whose reference the money left the account: corrections may stand between."""
    while row.source is not None:
        row = row.source
    return row


def come_back(refund: PaymentRequest) -> StatementEntry | None:
    """The latest booking that may be this refund: of the same payment and amount, and of no other refund."""
    rows = list(refund.rows.select_related("source")[:2])
    if len(rows) != 1:
        return None
    origin, counted = left_as(rows[0]), PaymentRow.objects.filter(request__business=Business.REFUND)
    entries = StatementEntry.objects.filter(
        reference__in=[origin.reference, rows[0].reference], amount=refund.total, statement__is_current=True
    )
    known = counted.filter(bank_reference__in=entries.values("bank_reference"), outcome="paid")
    return entries.exclude(bank_reference__in=known.values("bank_reference")).order_by("booked_on", "pk").last()
