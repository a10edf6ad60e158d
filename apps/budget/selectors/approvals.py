"""Which documents approved a budget."""

from apps.budget.models import BudgetApproval, BudgetLine, Compilation
from apps.ledger.models import DocumentState
from apps.ledger.selectors.longness import LONG

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


def has_long_round(compilation: Compilation) -> bool:
    """Whether the round has so many lines that its approval is drawn up by a job."""
    lines = BudgetLine.objects.filter(
        region=compilation.region_id, year=compilation.year_id, round=compilation.round
    ).order_by()
    return lines[LONG : LONG + 1].exists()
