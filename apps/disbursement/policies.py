"""Who may do what with payments; each answer carries its reason."""

from django.utils.translation import gettext as _

from apps.disbursement.models import PaymentRequest
from apps.disbursement.models.request import EDITABLE
from apps.disbursement.transitions import REQUEST
from apps.ledger.models import Authority, AuthorityState
from imbudget.kit.actor import Actor
from imbudget.kit.errors import ALLOWED, Verdict, refused
from imbudget.kit.transitions import is_open


def may_draw_up(actor: Actor, authority: Authority) -> Verdict:
    """Ask for a payment out of an authority: the unit that has it."""
    if not actor.can("disbursement.pay") or not actor.holds_unit(authority.unit_id):
        return refused(_("Only the unit itself asks for payments out of its authority."))
    if authority.state != AuthorityState.EXECUTABLE:
        return refused(_("This authority has not been issued: it cannot be used yet."))
    return ALLOWED


def may_edit(actor: Actor, request: PaymentRequest) -> Verdict:
    """Change a request that nobody has decided yet."""
    if not _holds(actor, request):
        return refused(_("Only the unit that asks for a payment changes the request."))
    if request.state not in EDITABLE:
        return refused(_("The request has been handed in. Take it back first."))
    return ALLOWED


def may_submit(actor: Actor, request: PaymentRequest) -> Verdict:
    """Hand a request in."""
    if not _holds(actor, request):
        return refused(_("Only the unit that asks for a payment hands the request in."))
    if not is_open(REQUEST, request, "submit"):
        return refused(_("The request has been handed in already."))
    return ALLOWED


def may_withdraw(actor: Actor, request: PaymentRequest) -> Verdict:
    """Take a request back while it is under approval, or once monitoring has stopped it."""
    if not _holds(actor, request):
        return refused(_("Only the unit that asks for a payment takes the request back."))
    if not is_open(REQUEST, request, "withdraw"):
        return refused(_("Only a request under approval can be taken back."))
    return ALLOWED


def may_abandon(actor: Actor, request: PaymentRequest) -> Verdict:
    """Give up a request that was never approved."""
    if not _holds(actor, request):
        return refused(_("Only the unit that asks for a payment gives the request up."))
    if not is_open(REQUEST, request, "abandon"):
        return refused(_("Only a draft or a returned request can be given up."))
    return ALLOWED


def _holds(actor: Actor, request: PaymentRequest) -> bool:
    return actor.can("disbursement.pay") and actor.holds_unit(request.unit_id)
