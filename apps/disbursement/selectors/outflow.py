"""What each request has paid out and holds: as the flows of a region are counted (`disbursement_flow`), row by row."""

from django.db.models import Case, DecimalField, F, OuterRef, Q, QuerySet, Subquery, Sum, TextChoices, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from apps.disbursement.models import Business, PaymentRequest
from apps.disbursement.models.request import RequestState

HOLDING = (RequestState.SUBMITTED, RequestState.STOPPED, RequestState.APPROVED)
MONEY = DecimalField(max_digits=20, decimal_places=2)
NOTHING = Value(0, output_field=MONEY)


class Flow(TextChoices):
    """Which requests a figure of flows is made of."""

    PAID = "paid", _("those that have paid something")
    HELD = "held", _("those that hold money")


def with_flows(rows: QuerySet) -> QuerySet:
    """Adds `paid_out` (what is given back counts below nothing, what was corrected leaves the payment that had paid it)
    and `held`."""
    corrected = PaymentRequest.objects.filter(about=OuterRef("pk"), business=Business.CORRECTION).order_by()
    moved = Coalesce(Subquery(corrected.values("about").values(of=Sum("paid"))), NOTHING, output_field=MONEY)
    return rows.annotate(
        paid_out=Case(When(business=Business.REFUND, then=-F("paid")), default=F("paid") - moved, output_field=MONEY),
        held=Case(When(_holds(), then=F("total")), default=NOTHING, output_field=MONEY),
    )


def flowing(rows: QuerySet, flow: str) -> QuerySet:
    """The requests of one kind of flow."""
    return rows.filter(_holds()) if flow == Flow.HELD else rows.filter(paid__gt=0)


def _holds() -> Q:
    return ~Q(business=Business.REFUND) & Q(state__in=HOLDING)
