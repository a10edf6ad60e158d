"""What the approval engine is told of payment requests."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.disbursement.models import Business, Contract, PaymentRequest, Settlement, UsePlan
from apps.disbursement.selectors.papers import contract_to_sign, plan_lines
from apps.disbursement.selectors.payees import to_sign
from apps.disbursement.services import contracts, papers, plans, requests
from apps.disbursement.services.papers import CONTRACT_PAPER, PLAN_PAPER
from apps.evidence.models import Entry
from apps.lowcode.bindings import Binding
from apps.lowcode.conditions import Fact, Kind
from imbudget.kit.signatures import Asks

FACTS = (
    Fact("amount", _("total amount"), Kind.MONEY),
    Fact("business", _("type of business"), Kind.CHOICE, tuple((str(one.value), one.label) for one in Business)),
    Fact("settlement", _("way of settling"), Kind.CHOICE, tuple((str(one.value), one.label) for one in Settlement)),
    Fact("region_level", _("level of the region (0: autonomous region, 1: league, 2: banner)"), Kind.INTEGER),
)


SAVED: dict[type, str] = {
    PaymentRequest: "disbursement.request_saved",
    Contract: "disbursement.contract_saved",
    UsePlan: "disbursement.plan_saved",
}
OF_PAPERS = (
    Fact("amount", _("total amount"), Kind.MONEY),
    Fact("region_level", _("level of the region (0: autonomous region, 1: league, 2: banner)"), Kind.INTEGER),
)


def _read(request: PaymentRequest) -> dict[str, Any]:
    return {
        "amount": request.total,
        "business": request.business,
        "settlement": request.settlement,
        "region_level": request.region.level,
    }


def _makers(document: Any) -> list[int]:
    """Who began it and whoever changed it: 经办 signs neither as 复核 nor as 签章."""
    event = SAVED[type(document)]
    entries = Entry.objects.filter(subject_type=document._meta.label, subject_id=str(document.pk), event=event)
    users = {int(pk) for pk in entries.values_list("actor_id", flat=True).order_by().distinct() if pk}
    return sorted(users | ({document.author_id} if document.author_id else set()))


def request_binding() -> Binding:
    """Every type of business goes through one type of flow; conditions tell them apart."""
    return Binding(
        subject=requests.SUBJECT,
        label=_("payment request"),
        model="disbursement.PaymentRequest",
        facts=FACTS,
        read=_read,
        makers=_makers,
        asks_again=Asks.ALWAYS,
        part=("disbursement/_to_sign.html", to_sign),
        approved=requests.approve_request,
        returned=requests.return_request,
        rejected=requests.refuse_request,
        withdrawn=requests.withdrawn_request,
    )


def contract_binding() -> Binding:
    """Contracts of units."""
    return Binding(
        subject=CONTRACT_PAPER.subject,
        label=_("contract"),
        model="disbursement.Contract",
        facts=OF_PAPERS,
        read=lambda contract: {"amount": contract.amount, "region_level": contract.region.level},
        makers=_makers,
        part=("disbursement/_contract_to_sign.html", contract_to_sign),
        approved=contracts.approve_contract,
        returned=papers.returned(CONTRACT_PAPER),
        rejected=papers.refused(CONTRACT_PAPER),
        withdrawn=papers.withdrawn(CONTRACT_PAPER),
    )


def plan_binding() -> Binding:
    """Plans of use of units."""
    return Binding(
        subject=PLAN_PAPER.subject,
        label=_("plan of use"),
        model="disbursement.UsePlan",
        facts=OF_PAPERS,
        read=lambda plan: {"amount": plan.total, "region_level": plan.region.level},
        makers=_makers,
        part=("disbursement/_plan_lines.html", plan_lines),
        approved=plans.approve_plan,
        returned=papers.returned(PLAN_PAPER),
        rejected=papers.refused(PLAN_PAPER),
        withdrawn=papers.withdrawn(PLAN_PAPER),
    )
