"""camt.053.001.08 (end of day) and camt.054.001.08 (as it happens): what an account booked, read while it is asked for."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import BinaryIO

from lxml import etree

from apps.disbursement.wire.reading import MIB, Unreadable, children, elements, money, text
from apps.disbursement.wire.terms import Account, Balance, Booking, Books, Statement

STATEMENT, NOTIFICATION = "camt.053.001.08.xsd", "camt.054.001.08.xsd"
LIMIT = 2048 * MIB
OPENING, CLOSING = {"OPBD", "PRCD"}, {"CLBD"}
BOOKED = "BOOK"
CLEARING = "SACC"  # settlement account, of the external code set of ISO 20022: the treasury's


def read_statement(source: BinaryIO, limit: int = LIMIT) -> Statement:
    """The statement of one account and day.

    Raises Unreadable at once for what stands before the first booking, and while bookings are taken for the rest:
    who keeps them does so in one transaction. `several_statements`: one message has one account.
    """
    return _read(source, STATEMENT, "Stmt", limit)


def read_notification(source: BinaryIO, limit: int = LIMIT) -> Statement:
    """The notice of single bookings; it has no balances."""
    read = _read(source, NOTIFICATION, "Ntfctn", limit)
    read.single = True
    return read


def _read(source: BinaryIO, schema: str, body: str, limit: int) -> Statement:
    found = elements(
        source, schema, ("GrpHdr", *(f"{body}/{name}" for name in ("Id", "Acct", "Bal", "Ntry")), body), limit
    )
    read = Statement(message="", number="", account="", bookings=iter(()))
    for element in found:
        match etree.QName(element).localname:
            case "GrpHdr":
                read.message = text(element, "MsgId")
                read.final = text(element, "MsgPgntn/LastPgInd") != "false"
            case "Id":
                read.number = (element.text or "").strip()
            case "Acct":
                read.account = text(element, "Id/Othr/Id") or text(element, "Id/IBAN")
                read.books = Books.TREASURY if text(element, "Tp/Cd") == CLEARING else Books.BANK
            case "Bal":
                _balance(read, element)
            case "Ntry":
                read.bookings = _bookings(element, found, body)
                return read
            case name if name == body:
                read.bookings = _bookings(None, found, body)
                return read
    return read


def _balance(read: Statement, element: etree._Element) -> None:
    kind = text(element, "Tp/CdOrPrtry/Cd")
    amount = money(text(element, "Amt"))
    if text(element, "CdtDbtInd") == "DBIT":
        amount = -amount
    balance = Balance(amount, _day(element, "Dt"))
    if kind in OPENING:
        read.opening = balance
    elif kind in CLOSING:
        read.closing = balance


def _bookings(first: etree._Element | None, rest: Iterator[etree._Element], body: str) -> Iterator[Booking]:
    if first is not None:
        yield from _entry(first)
    bodies = 0 if first is not None else 1
    for element in rest:
        name = etree.QName(element).localname
        if name == "Ntry":
            if bodies:
                raise Unreadable("several_statements")
            yield from _entry(element)
        elif name == body:
            bodies += 1
            if bodies > 1:
                raise Unreadable("several_statements")


def _entry(element: etree._Element) -> Iterator[Booking]:
    """One booking, or one for each payment where the bank booked several together."""
    if text(element, "Sts/Cd") not in {"", BOOKED}:
        return
    currency = element.find("{*}Amt").get("Ccy")
    if currency != "CNY":
        raise Unreadable("currency", currency)
    whole, out = money(text(element, "Amt")), text(element, "CdtDbtInd") == "DBIT"
    details = [each for group in children(element, "NtryDtls") for each in children(group, "TxDtls")]
    if len(details) < 2:
        yield _booking(-whole if out else whole, details[0] if details else None, element)
        return
    parts = []
    for detail in details:
        amount = money(text(detail, "Amt"))
        goes_out = text(detail, "CdtDbtInd") == "DBIT" if text(detail, "CdtDbtInd") else out
        parts.append(_booking(-amount if goes_out else amount, detail, element))
    if sum(part.amount for part in parts) != (-whole if out else whole):
        raise Unreadable("parts_differ", text(element, "NtryRef"))
    yield from parts


def _booking(amount: Decimal, detail: etree._Element | None, element: etree._Element) -> Booking:
    name = text(detail, "RltdPties/Cdtr/Pty/Nm") or text(detail, "RltdPties/Cdtr/Nm")
    number = text(detail, "RltdPties/CdtrAcct/Id/Othr/Id")
    reference = text(detail, "Refs/EndToEndId")
    return Booking(
        amount=amount,
        booked_on=_day(element, "BookgDt"),
        reference="" if reference == "NOTPROVIDED" else reference,
        bank_reference=text(detail, "Refs/AcctSvcrRef") or text(element, "AcctSvcrRef"),
        order=text(detail, "Refs/PmtInfId"),
        reversal=text(element, "RvslInd") in {"true", "1"},
        payee=Account(name, number) if name or number else None,
        text=text(element, "AddtlNtryInf"),
    )


def _day(element: etree._Element, path: str) -> date:
    day = text(element, f"{path}/Dt") or text(element, f"{path}/DtTm")[:10]
    try:
        return date.fromisoformat(day)
    except ValueError:
        raise Unreadable("date", path) from None
