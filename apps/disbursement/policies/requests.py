"""Who may draw up, change, hand in and take back requests; each answer carries its reason."""

from django.utils.translation import gettext as _

from apps.disbursement.models import Business, Outcome, PaymentRequest, PaymentRow, RequestState
from apps.disbursement.models.request import CHANGES, EDITABLE
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


def may_edit_by_hand(actor: Actor, request: PaymentRequest) -> Verdict:
    """Change a request on its page: the rows of a subsidy come from its roster."""
    if request.business == Business.SUBSIDY:
        return refused(_("The payees come from the roster of the subsidy: correct it there."))
    return may_edit(actor, request)


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


def may_pay_again(actor: Actor, request: PaymentRequest) -> Verdict:
    """Begin a request that pays what failed of this one."""
    if not _holds(actor, request):
        return refused(_("Only the unit that asks for a payment changes the request."))
    if request.business in CHANGES or request.state not in {RequestState.PART, RequestState.FAILED}:
        return refused(_("Nothing of this request has failed."))
    if request.business == Business.SUBSIDY:
        return refused(_("What failed of a subsidy is corrected in its roster and paid again from there."))
    return ALLOWED


def may_change(actor: Actor, row: PaymentRow) -> Verdict:
    """Give a paid row back or correct it, whole or in part."""
    request = row.request
    if not _holds(actor, request):
        return refused(_("Only the unit that asks for a payment changes the request."))
    if request.business == Business.REFUND or row.outcome != Outcome.PAID:
        return refused(_("Only what was paid can be given back or corrected."))
    if not row.left:
        return refused(_("Nothing of this payment is left to give back or to correct."))
    return ALLOWED


def _holds(actor: Actor, request: PaymentRequest) -> bool:
    return actor.can("disbursement.pay") and actor.holds_unit(request.unit_id)
