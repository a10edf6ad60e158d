"""What must be so before a request is handed in, by its type of business."""

from apps.disbursement.models import PaymentRequest


def refuse_unready(request: PaymentRequest) -> list[str]:
    """Raise RuleViolation for what a request may not be handed in with; return what is only to be looked at."""
    return []
