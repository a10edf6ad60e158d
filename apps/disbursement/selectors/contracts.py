"""What has become of a contract: paid, held by payments on their way, left."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q, Sum
from django.utils import timezone

from apps.disbursement.models import Business, Contract, ContractStage, PaymentRequest, RequestState
from apps.disbursement.models.request import SETTLED

HOLDING = frozenset({RequestState.SUBMITTED, RequestState.STOPPED, RequestState.APPROVED})
ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Standing:
    """Amounts in yuan; `payable` is what may be paid in all by today."""

    paid: Decimal
    held: Decimal
    payable: Decimal

    @property
    def left(self) -> Decimal:
        return self.payable - self.paid - self.held


def standing(contract: Contract, stage: ContractStage | None = None) -> Standing:
    """Of a contract, or of one of its stages; a refund that the treasury has received is paid no more."""
    about = Q(stage=stage) if stage is not None else Q(contract=contract)
    rows = PaymentRequest.objects.filter(about).aggregate(
        held=Sum("total", filter=Q(state__in=HOLDING)), paid=Sum("paid", filter=Q(state__in=SETTLED))
    )
    payable = stage.amount if stage is not None else contract.payable(timezone.localdate())
    return Standing((rows["paid"] or ZERO) - _refunded(contract, stage), rows["held"] or ZERO, payable)


def _refunded(contract: Contract, stage: ContractStage | None) -> Decimal:
    """Also what came back after the payment had been corrected to another authority."""
    name, value = ("stage", stage) if stage is not None else ("contract", contract)
    paid_by = Q(**{f"about__{name}": value}) | Q(**{f"about__about__{name}": value})
    rows = PaymentRequest.objects.filter(paid_by, business=Business.REFUND, state=RequestState.PAID)
    return rows.aggregate(sum=Sum("paid"))["sum"] or ZERO
