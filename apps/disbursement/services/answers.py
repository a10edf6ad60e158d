"""What the treasury answers becomes a fact exactly once, however often and in whatever order it is said."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.disbursement.dialects import Heard
from apps.disbursement.models import (
    InMessage,
    InState,
    PaymentRequest,
    Voucher,
    VoucherState,
)
from apps.disbursement.selectors.links import dialect_of
from apps.disbursement.services import settling
from apps.disbursement.services.requests import TREASURY
from apps.disbursement.services.unbelieved import Unbelieved
from apps.disbursement.transitions import IN_MESSAGE, REQUEST, VOUCHER
from apps.disbursement.wire import Answer, Standing, Unreadable
from apps.evidence import services as evidence
from apps.ledger import services as ledger
from imbudget.kit import registry
from imbudget.kit.errors import RuleViolation
from imbudget.kit.transitions import advance, is_open

# 签收失败, and duplication in ISO 20022: we send again until we know, so the other end may have refused the second time only.
REPEATED = frozenset({"16", "AM05", "DUPL"})
# Besides what says so itself: days and numbers beyond what we can hold, and what the ledger does not take (closed books).
NOT_BELIEVED = (Unreadable, Unbelieved, RuleViolation, ValueError, ArithmeticError)


@transaction.atomic
def take_into_account(message: InMessage) -> None:
    """All that the message says, or nothing of it: then it is kept as not believed, with the reason."""
    locked = InMessage.objects.select_for_update(of=("self",)).select_related("link").get(pk=message.pk)
    if locked.state != InState.NEW:
        return
    try:
        with transaction.atomic():
            voucher, genuine = _hear(locked)
    except NOT_BELIEVED as error:
        _refuse(locked, str(error))
        return
    advance(IN_MESSAGE, locked, "take", done_at=timezone.now(), voucher=voucher, genuine=genuine)


def _hear(message: InMessage) -> tuple[Voucher | None, bool | None]:
    voucher, genuine = None, None
    for heard in dialect_of(message.link).read(bytes(message.raw)):
        genuine = heard.genuine
        if heard.genuine is False:
            raise Unbelieved(_("The stamp on it is not that of the treasury."))
        if isinstance(heard.said, Answer):
            voucher = _answered(message, heard, heard.said)
        else:
            for _booking in heard.said.bookings:  # read to the end: what is not sound is told now
                pass
    return voucher, genuine


def _answered(message: InMessage, heard: Heard, answer: Answer) -> Voucher:
    voucher = (
        Voucher.objects.select_for_update(of=("self",))
        .select_related("request__authority")
        .filter(number=answer.order, messages__link=message.link)
        .first()
    )
    if voucher is None:
        raise Unbelieved(_("It answers a voucher that was never sent: %(number)s.") % {"number": answer.order})
    if answer.standing == Standing.TAKEN:
        if is_open(VOUCHER, voucher, "take"):
            advance(VOUCHER, voucher, "take", state_word=answer.reason[:360])
        return voucher
    if answer.standing == Standing.REFUSED and not answer.rows and answer.reason_code in REPEATED:
        raise Unbelieved(
            _(
                "It refuses to receive the voucher, perhaps because it has it already: ask the treasury what became of it."
            )
        )
    request = (
        PaymentRequest.objects.select_for_update(of=("self",)).select_related("authority").get(pk=voucher.request_id)
    )
    found = settling.look(request, answer)
    if answer.standing == Standing.PART and found.named < request.rows.count():
        raise Unbelieved(_("It says that a part was paid, and not of every payee which."))
    if voucher.state in {VoucherState.ANSWERED, VoucherState.REFUSED}:
        if found.contrary is not None:
            raise Unbelieved(
                _("It says of payee %(number)s something else than the receipt before it.") % {"number": found.contrary}
            )
        return voucher
    _settle(request, answer)
    refused = answer.standing == Standing.REFUSED and not answer.rows
    advance(
        VOUCHER, voucher, "refuse" if refused else "answer", state_word=answer.reason[:360], answered_at=timezone.now()
    )
    evidence.append(
        "disbursement.answered", request, TREASURY, voucher=voucher.number, paid=request.paid, message=message.digest
    )
    return voucher


def _settle(request: PaymentRequest, answer: Answer) -> None:
    """Rows, money and request in one: paid is spent, the rest of what was held is free again."""
    paid = settling.tell(request, answer)
    if paid:
        ledger.spend(TREASURY, request.authority, paid, f"{request.hold}:paid", request.hold, str(request)[:200])
    if paid < request.total:
        ledger.release(
            TREASURY,
            request.authority,
            request.total - paid,
            f"{request.hold}:failed",
            request.hold,
            str(request)[:200],
        )
    name = "pay" if paid == request.total else "pay_part" if paid else "fail"
    advance(REQUEST, request, name, paid=paid)
    for _name, follow in registry.settled_payments.items():
        follow(request)


def _refuse(message: InMessage, reason: str) -> None:
    advance(IN_MESSAGE, message, "refuse", done_at=timezone.now(), trouble=reason[:500])
    evidence.append("disbursement.message_refused", message.link, TREASURY, digest=message.digest, reason=reason[:500])
