"""Who is paid by a request, as far as a page shows it."""

from typing import Any

from apps.disbursement.models import PaymentRequest

SHOWN = 200


def payees_of(request: PaymentRequest) -> dict[str, Any]:
    """The first rows, and whether there are more."""
    found = list(request.rows.order_by("number")[: SHOWN + 1])
    return {"rows": found[:SHOWN], "more": len(found) > SHOWN}


def to_sign(request: PaymentRequest) -> dict[str, Any]:
    """What whoever signs reads beside the signature: each payee with the amount."""
    return payees_of(request) | {"signed": request}
