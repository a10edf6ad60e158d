"""What the treasury's desk may do about vouchers and messages, and who reads them."""

from django.utils.translation import gettext as _

from apps.disbursement.models import (
    Business,
    InMessage,
    OutKind,
    OutMessage,
    OutState,
    PaymentRequest,
    RequestState,
    Says,
    Voucher,
    VoucherState,
)
from apps.disbursement.policies.days import may_work_at_desk
from apps.disbursement.transitions import IN_MESSAGE, OUT_MESSAGE, VOUCHER
from apps.persons.labels import readable
from imbudget.kit.actor import Actor
from imbudget.kit.errors import ALLOWED, Verdict, refused
from imbudget.kit.transitions import is_open


def may_confirm_refund(actor: Actor, request: PaymentRequest) -> Verdict:
    """Say that the treasury has the money of a refund, where no receipt of its own says so."""
    if not actor.can("disbursement.treasury") or not actor.is_home(request.region_id):
        return refused(_("Only the treasury's desk of the region confirms refunds."))
    if request.business != Business.REFUND or request.state != RequestState.APPROVED:
        return refused(_("Only an approved refund that has not been received yet is confirmed."))
    if OutMessage.objects.filter(voucher__request=request).exists():
        return refused(_("This refund was sent to the treasury: its receipt books it."))
    return ALLOWED


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
    """Read whole account numbers in a message: the desk that works with it; those above see the last four digits.

    The label of the post (安全标记) has to be as high as that of the message, too.
    """
    verdict = may_work_at_desk(actor, message.region_id)
    if verdict and not readable(actor, message, ["raw"]):
        return refused(_("This is labelled above what your post is cleared for."))
    return verdict
