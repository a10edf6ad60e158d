"""What of a request was not paid and waits to be paid again."""

from django.db.models import Exists, OuterRef, QuerySet

from apps.disbursement.models import Outcome, PaymentRequest, PaymentRow


def not_yet_repeated(request: PaymentRequest) -> QuerySet[PaymentRow]:
    """The failed rows that no other row pays again."""
    repeated = PaymentRow.objects.filter(repeats=OuterRef("pk"))
    return request.rows.filter(~Exists(repeated), outcome=Outcome.FAILED).order_by("number")
