"""Which documents approved a budget."""

from apps.budget.models import BudgetApproval, Compilation
from apps.ledger.models import DocumentState

GIVEN_UP = (DocumentState.REFUSED, DocumentState.WITHDRAWN)


def approvals_of(compilation: Compilation) -> list[BudgetApproval]:
    """The approval of the region's year that is under way or posted, from whatever round; none or one."""
    found = BudgetApproval.objects.filter(
        compilation__region=compilation.region_id, compilation__year=compilation.year_id
    ).exclude(document__state__in=GIVEN_UP)
    return list(found.select_related("document", "compilation"))


def issued_approval(region_id: int, year: int) -> BudgetApproval | None:
    """The approval in force of a region's year; None as long as nothing was issued."""
    found = BudgetApproval.objects.filter(
        compilation__region=region_id, compilation__year=year, document__state=DocumentState.POSTED
    )
    return found.select_related("document").first()
