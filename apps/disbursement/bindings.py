"""What the approval engine is told of payment requests."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.disbursement.models import Business, PaymentRequest, Settlement
from apps.disbursement.selectors.payees import to_sign
from apps.disbursement.services import requests
from apps.evidence.models import Entry
from apps.lowcode.bindings import Binding
from apps.lowcode.conditions import Fact, Kind

FACTS = (
    Fact("amount", _("total amount"), Kind.MONEY),
    Fact("business", _("type of business"), Kind.CHOICE, tuple((str(one.value), one.label) for one in Business)),
    Fact("settlement", _("way of settling"), Kind.CHOICE, tuple((str(one.value), one.label) for one in Settlement)),
    Fact("region_level", _("level of the region (0: autonomous region, 1: league, 2: banner)"), Kind.INTEGER),
)


def _read(request: PaymentRequest) -> dict[str, Any]:
    return {
        "amount": request.total,
        "business": request.business,
        "settlement": request.settlement,
        "region_level": request.region.level,
    }


def _makers(request: PaymentRequest) -> list[int]:
    """Who began it and whoever changed it: 经办 signs neither as 复核 nor as 签章."""
    entries = Entry.objects.filter(
        subject_type=request._meta.label, subject_id=str(request.pk), event="disbursement.request_saved"
    )
    users = {int(pk) for pk in entries.values_list("actor_id", flat=True).order_by().distinct() if pk}
    return sorted(users | ({request.author_id} if request.author_id else set()))


def request_binding() -> Binding:
    """Every type of business goes through one type of flow; conditions tell them apart."""
    return Binding(
        subject=requests.SUBJECT,
        label=_("payment request"),
        model="disbursement.PaymentRequest",
        facts=FACTS,
        read=_read,
        makers=_makers,
        part=("disbursement/_to_sign.html", to_sign),
        approved=requests.approve_request,
        returned=requests.return_request,
        rejected=requests.refuse_request,
        withdrawn=requests.withdrawn_request,
    )
