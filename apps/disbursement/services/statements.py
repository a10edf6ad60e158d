"""Statements of bank and treasury become rows: read while they are written, so that their length does not matter."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from apps.disbursement.models import BankStatement, InMessage, PayAccount, PaymentRow, Side
from apps.disbursement.selectors.links import link_of
from apps.disbursement.services import daybooks
from apps.disbursement.services.skew import refuse_impossible_days
from apps.disbursement.services.unbelieved import Unbelieved
from apps.disbursement.wire import Balance, Booking, Books, Statement

COLUMNS = (
    *("statement_id", "number", "reference", '"order"', "bank_reference", "amount", "booked_on", "reversal"),
    *("payee_name", "payee_tail", "payee_index"),
)
COPY = f"COPY disbursement_statemententry ({', '.join(COLUMNS)}) FROM STDIN"
AT_ONCE = 500
ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})  # of the text format of COPY
SIDES = {Books.BANK: Side.BANK, Books.TREASURY: Side.TREASURY}


def keep_statement(message: InMessage, said: Statement) -> BankStatement:
    """All bookings of the statement, or Unbelieved: an account that is not ours, a closed day, sums that do not add up."""
    account = _account(message, said)
    opening, closing = _balances(said)
    refuse_impossible_days([closing.on])
    daybooks.touch(account, [closing.on])
    side = SIDES[said.books]
    before = BankStatement.objects.filter(account=account, day=closing.on, side=side, is_current=True)
    before.update(is_current=False)
    kept = BankStatement.objects.create(
        region_id=account.region_id,
        message=message,
        account=account,
        side=side,
        day=closing.on,
        number=said.number[:42],
        opening=opening.amount,
        closing=closing.amount,
    )
    count, moved = _copy(kept, said.bookings)
    if opening.amount + moved != closing.amount:
        raise Unbelieved(
            _("Its bookings come to %(moved)s, its balances differ by %(between)s: it does not add up.")
            % {"moved": f"{moved:,.2f}", "between": f"{closing.amount - opening.amount:,.2f}"}
        )
    BankStatement.objects.filter(pk=kept.pk).update(entries_count=count)
    return kept


def read_through(said: Statement) -> None:
    """A notice of single bookings changes nothing, but what is not sound is told now."""
    for _booking in said.bookings:
        pass


def _account(message: InMessage, said: Statement) -> PayAccount:
    account = PayAccount.objects.select_related("region").filter(number_index=said.account).first()
    link = link_of(account.region) if account is not None else None
    if account is None or link is None or link.pk != message.link_id:
        raise Unbelieved(_("It is the statement of an account that this treasury does not keep for us."))
    return account


def _balances(said: Statement) -> tuple[Balance, Balance]:
    if said.opening is None or said.closing is None:
        raise Unbelieved(_("A statement of a day says what the account held in the morning and in the evening."))
    if not said.final:
        raise Unbelieved(_("It is a part of a statement: have the whole of it sent in one message."))
    return said.opening, said.closing


def _copy(kept: BankStatement, bookings: Iterator[Booking]) -> tuple[int, Decimal]:
    """COPY while the message is read; the number of bookings and what they come to.

    Lines are written as PostgreSQL reads them: to have each value of a million rows adapted takes as long as reading it.
    """
    index, head = PaymentRow._meta.get_field("payee_index"), f"{kept.pk}\t"
    count, moved, lines = 0, Decimal("0.00"), list[str]()
    with connection.cursor() as cursor, cursor.copy(COPY) as copy:
        for count, booking in enumerate(bookings, 1):
            lines.append(f"{head}{count}\t{_line(booking, index)}")
            moved += booking.amount
            if len(lines) == AT_ONCE:
                copy.write("".join(lines))
                lines.clear()
        copy.write("".join(lines))
    return count, moved


def _line(booking: Booking, index: Any) -> str:
    """All columns after the first two; `index` is the field that hides the payee's number."""
    name, number = ("", "") if booking.payee is None else (booking.payee.name, booking.payee.number)
    told = [
        each.translate(ESCAPED)
        for each in (booking.reference[:42], booking.order[:42], booking.bank_reference[:42], name[:140], number[-4:])
    ]
    reference, order, bank_reference, name, tail = told
    reversal = "t" if booking.reversal else "f"
    hidden = index.value_of(number).hex()
    return (
        f"{reference}\t{order}\t{bank_reference}\t{booking.amount}\t{booking.booked_on.isoformat()}\t{reversal}"
        f"\t{name}\t{tail}\t\\\\x{hidden}\n"
    )
