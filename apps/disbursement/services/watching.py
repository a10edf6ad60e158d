"""What watches payments is asked at the hand-in, and what it says is kept with the request."""

from collections.abc import Sequence

from apps.disbursement.models import Business, PaymentRequest
from apps.disbursement.transitions import REQUEST
from apps.evidence import services as evidence
from imbudget.kit import registry
from imbudget.kit.actor import Actor
from imbudget.kit.transitions import advance


def look(actor: Actor, request: PaymentRequest, warnings: Sequence[str] = ()) -> bool:
    """Whether the request goes on; money that comes in is not watched. `warnings` were found before it was held."""
    stops: list[str] = []
    warns = [*warnings]
    if request.business != Business.REFUND:
        for _name, watcher in registry.payment_watchers.items():
            said = watcher(actor, request)
            stops += map(str, said.stops)
            warns += map(str, said.warns)
    watched = {"stops": stops, "warns": warns} if stops or warns else {}
    if stops:
        advance(REQUEST, request, "stop", watched=watched)
        evidence.append("disbursement.request_stopped", request, actor, stops=stops)
        return False
    PaymentRequest.objects.filter(pk=request.pk).update(watched=watched)
    request.watched = watched
    return True
