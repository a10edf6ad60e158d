"""What must be so before a request is handed in: its type of business, its payees, its contract, the plan of the unit."""

from apps.disbursement.models import PaymentRequest
from apps.disbursement.models.request import CHANGES
from apps.disbursement.services.businesses import refuse_unfit_business
from apps.disbursement.services.contracts import refuse_over_contract
from apps.disbursement.services.payees import compare_with_register
from apps.disbursement.services.plans import refuse_over_plan


def refuse_unready(request: PaymentRequest) -> list[str]:
    """Raise RuleViolation for what a request may not be handed in with; return what is only to be looked at.

    Locks what limits the request, so that of two handed in at once the second one counts the first.
    """
    refuse_unfit_business(request)
    warnings = [] if request.business in CHANGES else compare_with_register(request)
    refuse_over_contract(request)
    refuse_over_plan(request)
    return warnings
