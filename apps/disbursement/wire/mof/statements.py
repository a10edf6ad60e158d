"""The statement of an account for a day (支付对账单 4004)."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal

from lxml import etree

from apps.disbursement.wire.mof.envelope import LIMIT, Envelope
from apps.disbursement.wire.reading import Unreadable, elements, leaves, local, money
from apps.disbursement.wire.terms import Account, Balance, Booking, Books, Statement

BANK = "4005"  # 支付对账单 of the agent bank; 4004 is that of the treasury
SCHEMA = "mof.statement.xsd"
BOOKING = (
    *("VoucherNo", "VoucherDetailNo", "XAgentBusinessNo", "XPayDate", "XPayAmt", "XPayeeAcctNo", "XPayeeAcctName"),
    *("IsReversal", "AddWord"),
)
HEAD = ("Id", "StatementNo", "AcctNo", "AccDate", "OpeningAmt", "ClosingAmt")


def read_statement(envelope: Envelope) -> Statement:
    """What the account paid (above zero in the message, money out here) and got back; raises Unreadable."""
    found = elements(
        envelope.opened(),
        SCHEMA,
        (*(f"Statement/{name}" for name in HEAD), "Booking", "BookingList"),
        LIMIT,
    )
    head: dict[str, str] = {}
    first: etree._Element | None = None
    for element in found:
        name = etree.QName(element).localname
        if name not in HEAD:
            first = element if name == "Booking" else None
            break
        head[name] = (element.text or "").strip()
    day = _day(head["AccDate"])
    return Statement(
        message=head["Id"],
        number=head["StatementNo"],
        account=head["AcctNo"],
        bookings=_bookings(first, found),
        opening=Balance(money(head["OpeningAmt"]), day),
        closing=Balance(money(head["ClosingAmt"]), day),
        final=True,
        books=Books.BANK if envelope.key.type == BANK else Books.TREASURY,
    )


def _bookings(first: etree._Element | None, rest: Iterator[etree._Element]) -> Iterator[Booking]:
    if first is not None:
        yield _booking(first)
    for element in rest:
        if local(element) == "Booking":
            yield _booking(element)


def _booking(element: etree._Element) -> Booking:
    said = leaves(element, *BOOKING)
    paid: Decimal = money(said["XPayAmt"])
    name, number = said.get("XPayeeAcctName", ""), said.get("XPayeeAcctNo", "")
    return Booking(
        amount=-paid,
        booked_on=_day(said["XPayDate"]),
        reference=said.get("VoucherDetailNo", ""),
        bank_reference=said["XAgentBusinessNo"],
        order=said.get("VoucherNo", ""),
        reversal=said.get("IsReversal") == "1",
        payee=Account(name, number) if name or number else None,
        text=said.get("AddWord", ""),
    )


def _day(value: str) -> date:
    try:
        return datetime.strptime(value, "%Y%m%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        raise Unreadable("date", value) from None
