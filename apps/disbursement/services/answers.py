"""What the treasury answers becomes a fact exactly once, however often and in whatever order it is said."""

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.disbursement.dialects import Heard
from apps.disbursement.models import (
    InMessage,
    InState,
    Outcome,
    PaymentRequest,
    PaymentRow,
    Voucher,
    VoucherState,
)
from apps.disbursement.selectors.links import dialect_of
from apps.disbursement.services.requests import TREASURY
from apps.disbursement.transitions import IN_MESSAGE, REQUEST, VOUCHER
from apps.disbursement.wire import Answer, RowAnswer, Standing, Unreadable
from apps.evidence import services as evidence
from apps.ledger import services as ledger
from imbudget.kit.transitions import advance, is_open

# 签收失败, and duplication in ISO 20022: we send again until we know, so the other end may have refused the second time only.
REPEATED = frozenset({"16", "AM05", "DUPL"})


class Unbelieved(Exception):
    """A message that reads well and cannot be true; carries why, in words for the treasury's officer."""


@transaction.atomic
def take_into_account(message: InMessage) -> None:
    """All that the message says, or nothing of it: then it is kept as not believed, with the reason."""
    locked = InMessage.objects.select_for_update(of=("self",)).select_related("link").get(pk=message.pk)
    if locked.state != InState.NEW:
        return
    try:
        with transaction.atomic():
            voucher, genuine = _hear(locked)
    except (Unreadable, Unbelieved, ValueError, ArithmeticError) as error:  # a day or number beyond what we can hold
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
    request = PaymentRequest.objects.select_for_update(of=("self",)).get(pk=voucher.request_id)
    rows = {row.reference: row for row in request.rows.all()}
    outcome = _outcome(rows, answer)
    if voucher.state in {VoucherState.ANSWERED, VoucherState.REFUSED}:
        _refuse_other(rows, outcome)
        return voucher
    _settle(request, rows, outcome)
    refused = answer.standing == Standing.REFUSED and not answer.rows
    advance(
        VOUCHER, voucher, "refuse" if refused else "answer", state_word=answer.reason[:360], answered_at=timezone.now()
    )
    evidence.append(
        "disbursement.answered", request, TREASURY, voucher=voucher.number, paid=request.paid, message=message.digest
    )
    return voucher


def _outcome(rows: dict[str, PaymentRow], answer: Answer) -> dict[str, RowAnswer]:
    """What is said of each row; what is not named stands as the whole does. Refused where amounts or rows are not ours."""
    said = {row.reference: row for row in answer.rows}
    if unknown := said.keys() - rows.keys():
        raise Unbelieved(
            _("It names payees that the voucher has not: %(names)s.") % {"names": ", ".join(sorted(unknown))}
        )
    if answer.standing == Standing.PART and len(said) < len(rows):
        raise Unbelieved(_("It says that a part was paid, and not of every payee which."))
    outcome = {
        reference: said.get(reference)
        or RowAnswer(reference, answer.standing, reason_code=answer.reason_code, reason=answer.reason)
        for reference in rows
    }
    for reference, row in outcome.items():
        if row.standing == Standing.PAID and row.paid is not None and row.paid != rows[reference].amount:
            raise Unbelieved(
                _("It says that %(paid)s was paid where %(amount)s was ordered (payee %(number)s).")
                % {
                    "paid": f"{row.paid:,.2f}",
                    "amount": f"{rows[reference].amount:,.2f}",
                    "number": rows[reference].number,
                }
            )
    return outcome


def _settle(request: PaymentRequest, rows: dict[str, PaymentRow], outcome: dict[str, RowAnswer]) -> None:
    """Rows, money and request in one: paid is spent, the rest of what was held is free again."""
    today = timezone.localdate()
    for reference, row in rows.items():
        _tell(row, outcome[reference], today)
    PaymentRow.objects.bulk_update(rows.values(), ["outcome", "reason_code", "reason", "bank_reference", "paid_on"])
    paid = sum((row.amount for row in rows.values() if row.outcome == Outcome.PAID), Decimal("0.00"))
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


def _tell(row: PaymentRow, answer: RowAnswer, today: date) -> None:
    row.outcome = Outcome.PAID if answer.standing == Standing.PAID else Outcome.FAILED
    row.reason_code, row.reason = answer.reason_code[:35], answer.reason[:360]
    row.bank_reference = answer.bank_reference[:42]
    row.paid_on = (answer.paid_on or today) if row.outcome == Outcome.PAID else None


def _refuse_other(rows: dict[str, PaymentRow], outcome: dict[str, RowAnswer]) -> None:
    """A second answer changes nothing; one that says something else is no answer but a difference to be cleared up."""
    for reference, row in rows.items():
        if (row.outcome == Outcome.PAID) != (outcome[reference].standing == Standing.PAID):
            raise Unbelieved(
                _("It says of payee %(number)s something else than the receipt before it.") % {"number": row.number}
            )


def _refuse(message: InMessage, reason: str) -> None:
    advance(IN_MESSAGE, message, "refuse", done_at=timezone.now(), trouble=reason[:500])
    evidence.append("disbursement.message_refused", message.link, TREASURY, digest=message.digest, reason=reason[:500])
