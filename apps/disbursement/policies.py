"""Who may do what with payments; each answer carries its reason."""

from django.utils.translation import gettext as _

from apps.disbursement.models import (
    Business,
    Contract,
    DayBook,
    DayState,
    Difference,
    InMessage,
    Outcome,
    OutKind,
    OutMessage,
    OutState,
    Payee,
    PaymentRequest,
    PaymentRow,
    RequestState,
    Says,
    UsePlan,
    Voucher,
    VoucherState,
)
from apps.disbursement.models.request import CHANGES, EDITABLE
from apps.disbursement.transitions import CONTRACT, DIFFERENCE, IN_MESSAGE, OUT_MESSAGE, PLAN, REQUEST, VOUCHER
from apps.ledger.models import Authority, AuthorityState
from imbudget.kit.actor import Actor
from imbudget.kit.errors import ALLOWED, Verdict, refused
from imbudget.kit.transitions import Table, is_open


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


def may_edit_by_hand(actor: Actor, request: PaymentRequest) -> Verdict:
    """Change a request on its page: the rows of a subsidy come from its roster."""
    if request.business == Business.SUBSIDY:
        return refused(_("The payees come from the roster of the subsidy: correct it there."))
    return may_edit(actor, request)


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


def may_confirm_refund(actor: Actor, request: PaymentRequest) -> Verdict:
    """Say that the treasury has the money of a refund."""
    if not actor.can("disbursement.treasury") or not actor.is_home(request.region_id):
        return refused(_("Only the treasury's desk of the region confirms refunds."))
    if request.business != Business.REFUND or request.state != RequestState.APPROVED:
        return refused(_("Only an approved refund that has not been received yet is confirmed."))
    return ALLOWED


def may_enter_payee(actor: Actor) -> Verdict:
    """Put a payee into the register of one's region."""
    if not actor.can("disbursement.pay") and not actor.can("disbursement.treasury"):
        return refused(_("Payees are entered by the units that pay them and by the treasury's desk."))
    return ALLOWED


def may_change_payee(actor: Actor, payee: Payee) -> Verdict:
    """Correct, close or open a payee: who entered it, or the treasury's desk of the region."""
    if actor.can("disbursement.treasury") and actor.is_home(payee.region_id):
        return ALLOWED
    if not actor.can("disbursement.pay") or not actor.holds_unit(payee.unit_id):
        return refused(_("Only the unit that brought this payee in and the treasury's desk change it."))
    return ALLOWED


def _may_write(actor: Actor, unit_id: int) -> Verdict:
    if not actor.can("disbursement.pay") or not actor.holds_unit(unit_id):
        return refused(_("Only the unit itself writes its contracts and plans."))
    return ALLOWED


def _may_move(actor: Actor, document: Contract | UsePlan, table: Table, name: str) -> Verdict:
    verdict = _may_write(actor, document.unit_id)
    if verdict and not is_open(table, document, name):
        return refused(_("This step is not open as the document stands."))
    return verdict


def may_draw_up_contract(actor: Actor, unit_id: int) -> Verdict:
    """Begin a contract of the unit."""
    return _may_write(actor, unit_id)


def may_edit_contract(actor: Actor, contract: Contract) -> Verdict:
    """Change a contract that was not handed in."""
    return _may_move(actor, contract, CONTRACT, "submit")


may_submit_contract = may_edit_contract


def may_withdraw_contract(actor: Actor, contract: Contract) -> Verdict:
    """Take a contract back."""
    return _may_move(actor, contract, CONTRACT, "withdraw")


def may_close_contract(actor: Actor, contract: Contract) -> Verdict:
    """End a contract in force."""
    return _may_move(actor, contract, CONTRACT, "close")


def may_attach(actor: Actor, contract: Contract) -> Verdict:
    """Attach a scan: to a draft, and certificates to a contract in force."""
    verdict = may_close_contract(actor, contract)
    return verdict or may_edit_contract(actor, contract)


def may_draw_up_plan(actor: Actor, unit_id: int) -> Verdict:
    """Begin a plan of the unit."""
    return _may_write(actor, unit_id)


def may_edit_plan(actor: Actor, plan: UsePlan) -> Verdict:
    """Change a plan that was not handed in."""
    return _may_move(actor, plan, PLAN, "submit")


may_submit_plan = may_edit_plan


def may_withdraw_plan(actor: Actor, plan: UsePlan) -> Verdict:
    """Take a plan back."""
    return _may_move(actor, plan, PLAN, "withdraw")


def may_set_payments(actor: Actor, region_id: int) -> Verdict:
    """Settle how payments of a region are controlled."""
    if not actor.can("disbursement.treasury") or not actor.is_home(region_id):
        return refused(_("Only the treasury's desk of the region settles this."))
    return ALLOWED


def _holds(actor: Actor, request: PaymentRequest) -> bool:
    return actor.can("disbursement.pay") and actor.holds_unit(request.unit_id)


def may_work_at_desk(actor: Actor, region_id: int | None) -> Verdict:
    """Anything that the treasury's desk of a region does: whoever has the post there, and nobody from above or below."""
    if not actor.can("disbursement.treasury"):
        return refused(_("Only the treasury's desk does this."))
    if not actor.is_home(region_id):
        return refused(_("Only the treasury's desk of the region itself does this."))
    return ALLOWED


def may_close_day(actor: Actor, book: DayBook) -> Verdict:
    """Close the day of an account."""
    verdict = may_work_at_desk(actor, book.region_id)
    if verdict and book.state != DayState.OPEN:
        return refused(_("The day is closed already."))
    return verdict


def may_reopen_day(actor: Actor, book: DayBook) -> Verdict:
    """Open a closed day again."""
    verdict = may_work_at_desk(actor, book.region_id)
    if verdict and book.state != DayState.CLOSED:
        return refused(_("The day is open."))
    return verdict


def may_explain(actor: Actor, difference: Difference) -> Verdict:
    """Say why the books differ."""
    verdict = may_work_at_desk(actor, difference.book.region_id)
    if verdict and difference.book.state != DayState.OPEN:
        return refused(_("The day is closed already."))
    if verdict and not is_open(DIFFERENCE, difference, "explain"):
        return refused(_("This difference is settled."))
    return verdict


def may_accept(actor: Actor, difference: Difference) -> Verdict:
    """Settle a difference: a second person."""
    verdict = may_work_at_desk(actor, difference.book.region_id)
    if verdict and not is_open(DIFFERENCE, difference, "accept"):
        return refused(_("Nobody has explained this difference yet."))
    if verdict and difference.explained_by_id == actor.user_id:
        return refused(_("Somebody else than who explained the difference settles it."))
    return verdict


def may_look_again(actor: Actor, message: InMessage) -> Verdict:
    """Have a message that was not believed looked at again."""
    verdict = may_work_at_desk(actor, message.region_id)
    if verdict and not is_open(IN_MESSAGE, message, "again"):
        return refused(_("This message was believed."))
    return verdict


def may_ask(actor: Actor, voucher: Voucher) -> Verdict:
    """Ask the treasury what became of a voucher."""
    verdict = may_work_at_desk(actor, voucher.region_id)
    if verdict and voucher.state in {VoucherState.ANSWERED, VoucherState.REFUSED}:
        return refused(_("The treasury has answered this voucher."))
    if verdict and voucher.messages.filter(kind=OutKind.QUERY, state=OutState.WAITING).exists():
        return refused(_("A query about this voucher is on its way already."))
    return verdict


def may_send_again(actor: Actor, message: OutMessage) -> Verdict:
    """Send a voucher's message once more."""
    verdict = may_work_at_desk(actor, message.voucher.region_id)
    if verdict and (message.kind != OutKind.VOUCHER or not is_open(OUT_MESSAGE, message, "again")):
        return refused(_("This message waits to be sent already."))
    if verdict and message.voucher.state in {VoucherState.ANSWERED, VoucherState.REFUSED}:
        return refused(_("The treasury has answered this voucher."))
    return verdict


def may_give_up(actor: Actor, voucher: Voucher) -> Verdict:
    """Give up a voucher that the treasury never took: it refused the message, and does not know it when asked after that."""
    verdict = may_work_at_desk(actor, voucher.region_id)
    if not verdict:
        return verdict
    if not is_open(VOUCHER, voucher, "give_up"):
        return refused(_("The treasury has this voucher, or has answered it."))
    carried = list(voucher.messages.filter(kind=OutKind.VOUCHER))
    if any(message.state != OutState.REFUSED for message in carried):
        return refused(_("The treasury has not refused to take this voucher."))
    last = voucher.messages.filter(kind=OutKind.QUERY).order_by("pk").last()
    if last is None or last.says != Says.UNKNOWN or last.made_at < max(message.due for message in carried):
        return refused(_("Ask the treasury first: it has to say that it does not know this voucher."))
    return ALLOWED


def may_read_messages(actor: Actor) -> Verdict:
    """Read the text of messages: treasury desks, within their scope."""
    if not actor.can("disbursement.treasury"):
        return refused(_("Only the treasury's desk does this."))
    return ALLOWED


def may_read_accounts(actor: Actor, message: InMessage | OutMessage) -> Verdict:
    """Read whole account numbers in a message: the desk that works with it; those above see the last four digits."""
    return may_work_at_desk(actor, message.region_id)
