"""What the treasury answers becomes a fact exactly once, however often and in whatever order it is said."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.disbursement.models import (
    InMessage,
    InState,
    OutKind,
    OutMessage,
    OutState,
    PaymentRequest,
    Says,
    Voucher,
    VoucherState,
)
from apps.disbursement.selectors.links import dialect_of
from apps.disbursement.services import settling
from apps.disbursement.services.keeping import opened
from apps.disbursement.services.queries import ask
from apps.disbursement.services.requests import TREASURY
from apps.disbursement.services.skew import moment_of, refuse_impossible_days
from apps.disbursement.services.statements import keep_statement, read_through
from apps.disbursement.services.unbelieved import Repeated, Unbelieved
from apps.disbursement.transitions import IN_MESSAGE, VOUCHER
from apps.disbursement.wire import Answer, Standing, Statement, Unreadable
from apps.evidence import services as evidence
from imbudget.kit.acts import clockwork
from imbudget.kit.errors import RuleViolation
from imbudget.kit.transitions import advance, is_open

# 签收失败, and duplication in ISO 20022: we send again until we know, so the other end may have refused the second time only.
REPEATED = frozenset({"16", "AM05", "DUPL"})
# Besides what says so itself: days and numbers beyond what we can hold, and what the ledger does not take (closed books).
NOT_BELIEVED = (Unreadable, Unbelieved, RuleViolation, ValueError, ArithmeticError)


@clockwork
def take_into_account(message: InMessage) -> None:
    """All that the message says, or nothing of it: then it is kept as not believed, with the reason."""
    locked = InMessage.objects.select_for_update(of=("self",)).select_related("link").get(pk=message.pk)
    if locked.state != InState.NEW:
        return
    try:
        with transaction.atomic():
            heard = _hear(locked)
    except Repeated as error:
        _refuse(locked, str(error))
        _ask_about(error.voucher)
        return
    except NOT_BELIEVED as error:
        _refuse(locked, str(error))
        return
    advance(IN_MESSAGE, locked, "take", done_at=timezone.now(), **heard)


def _hear(message: InMessage) -> dict[str, Any]:
    """What of the message is kept beside it: its voucher, whether it is genuine, the time on it."""
    voucher, genuine, said_at = None, None, None
    with opened(message) as source:
        for heard in dialect_of(message.link).read(source):
            genuine = heard.genuine
            if heard.genuine is False:
                raise Unbelieved(_("The stamp on it is not that of the treasury."))
            voucher = _take(message, heard.said) or voucher
            if isinstance(heard.said, Answer) and heard.said.said_at is not None:
                said_at = moment_of(heard.said.said_at)
    return {"voucher": voucher, "genuine": genuine, "said_at": said_at}


def _take(message: InMessage, said: Answer | Statement) -> Voucher | None:
    if isinstance(said, Answer):
        return _answered(message, said)
    if said.single:
        read_through(said)
    else:
        keep_statement(message, said)
    return None


def _answered(message: InMessage, answer: Answer) -> Voucher:
    voucher = (
        Voucher.objects.select_for_update(of=("self",))
        .select_related("request__authority")
        .filter(number=answer.order, messages__link=message.link)
        .first()
    )
    if answer.standing == Standing.UNKNOWN:
        return _unknown(message, voucher, answer)
    if voucher is None:
        raise Unbelieved(_("It answers a voucher that was never sent: %(number)s.") % {"number": answer.order})
    queries = voucher.messages.filter(kind=OutKind.QUERY, says="").exclude(state=OutState.WAITING)
    queries.update(says=Says.KNOWN, answered_at=timezone.now())
    if answer.standing == Standing.TAKEN:
        if is_open(VOUCHER, voucher, "take"):
            advance(VOUCHER, voucher, "take", state_word=answer.reason[:360])
    elif answer.standing == Standing.REFUSED and not answer.rows and answer.reason_code in REPEATED:
        raise Repeated(
            _("It refuses to receive the voucher, perhaps because it has it already: the treasury is asked about it."),
            voucher.pk,
        )
    else:
        _decided(message, voucher, answer)
    return voucher


def _decided(message: InMessage, voucher: Voucher, answer: Answer) -> None:
    """The receipt: it settles the request once; a second one changes nothing, and one that says something else is told."""
    requests = PaymentRequest.objects.select_for_update(of=("self",)).select_related(*settling.RELATED)
    request = requests.get(pk=voucher.request_id)
    found = settling.look(request, answer)
    if answer.standing == Standing.PART and found.named < request.rows.count():
        raise Unbelieved(_("It says that a part was paid, and not of every payee which."))
    if voucher.state in {VoucherState.ANSWERED, VoucherState.REFUSED}:
        if found.contrary is not None:
            raise Unbelieved(
                _("It says of payee %(number)s something else than the receipt before it.") % {"number": found.contrary}
            )
        return
    refuse_impossible_days(settling.days_of(answer), voucher.dated)
    settling.settle(request, answer)
    word, now = answer.reason[:360], timezone.now()
    refused = answer.standing == Standing.REFUSED and not answer.rows
    advance(VOUCHER, voucher, "refuse" if refused else "answer", state_word=word, answered_at=now)
    voucher.messages.filter(kind=OutKind.VOUCHER).update(answered_at=now)
    evidence.append(
        "disbursement.answered", request, TREASURY, voucher=voucher.number, paid=request.paid, message=message.digest
    )


def _refuse(message: InMessage, reason: str) -> None:
    advance(IN_MESSAGE, message, "refuse", done_at=timezone.now(), trouble=reason[:500])
    evidence.append("disbursement.message_refused", message.link, TREASURY, digest=message.digest, reason=reason[:500])


def _ask_about(pk: int) -> None:
    """Unless a query is on its way already: refusals of a repetition may be many."""
    voucher = Voucher.objects.select_related("request").get(pk=pk)
    if not voucher.messages.filter(kind=OutKind.QUERY, says="").exists():
        ask(TREASURY, voucher)


def _unknown(message: InMessage, voucher: Voucher | None, answer: Answer) -> Voucher:
    """查复 that there is no such voucher. It answers our query alone; whoever received the voucher cannot say so."""
    query = (
        OutMessage.objects.select_for_update(of=("self",))
        .select_related("voucher")
        .filter(kind=OutKind.QUERY, name=answer.asked, link=message.link)
        .first()
    )
    if query is None or (voucher is not None and voucher.pk != query.voucher_id):
        raise Unbelieved(_("It answers a query that was never sent."))
    if query.voucher.state not in {VoucherState.MADE, VoucherState.SENT}:
        raise Unbelieved(_("It says that it does not know a voucher which it has received."))
    OutMessage.objects.filter(pk=query.pk).update(says=Says.UNKNOWN, answered_at=timezone.now())
    return query.voucher
