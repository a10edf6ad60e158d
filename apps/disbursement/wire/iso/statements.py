"""camt.053.001.08 (end of day) and camt.054.001.08 (as it happens): what an account booked, read while it is asked for."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import BinaryIO

from lxml import etree

from apps.disbursement.wire.reading import MIB, Unreadable, elements, leaves, local, money, text
from apps.disbursement.wire.terms import Account, Balance, Booking, Books, Statement

STATEMENT, NOTIFICATION = "camt.053.001.08.xsd", "camt.054.001.08.xsd"
LIMIT = 2048 * MIB
OPENING, CLOSING = {"OPBD", "PRCD"}, {"CLBD"}
BOOKED = "BOOK"
ENTRY = (
    "Sts/Cd",
    "Amt",
    "CdtDbtInd",
    "NtryRef",
    "BookgDt/Dt",
    "BookgDt/DtTm",
    "AcctSvcrRef",
    "RvslInd",
    "AddtlNtryInf",
)
DETAIL = (
    *("Amt", "CdtDbtInd", "Refs/EndToEndId", "Refs/PmtInfId", "Refs/AcctSvcrRef"),
    *("RltdPties/Cdtr/Pty/Nm", "RltdPties/Cdtr/Nm", "RltdPties/CdtrAcct/Id/Othr/Id"),
)
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
    found = elements(source, schema, ("GrpHdr", f"{body}/Acct", f"{body}/Bal", "Ntry", body), limit)
    read = Statement(message="", number="", account="", bookings=iter(()))
    for element in found:
        match etree.QName(element).localname:
            case "GrpHdr":
                read.message = text(element, "MsgId")
                read.final = text(element, "MsgPgntn/LastPgInd") != "false"
            case "Acct":
                read.number = text(element.getparent(), "Id")  # it stands before the account
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
        name = local(element)
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
    details = [
        leaves(each, *DETAIL)
        for group in element.iterchildren("{*}NtryDtls")
        for each in group.iterchildren("{*}TxDtls")
    ]
    entry = leaves(element, *ENTRY)
    if entry.get("Sts/Cd", "") not in {"", BOOKED}:
        return
    currency = element.find("{*}Amt").get("Ccy")
    if currency != "CNY":
        raise Unreadable("currency", currency)
    whole, out = money(entry["Amt"]), entry["CdtDbtInd"] == "DBIT"
    if len(details) < 2:
        yield _booking(-whole if out else whole, details[0] if details else {}, entry)
        return
    parts = []
    for detail in details:
        amount = money(detail.get("Amt", ""))
        goes_out = detail.get("CdtDbtInd", entry["CdtDbtInd"]) == "DBIT"
        parts.append(_booking(-amount if goes_out else amount, detail, entry))
    if sum(part.amount for part in parts) != (-whole if out else whole):
        raise Unreadable("parts_differ", entry.get("NtryRef", ""))
    yield from parts


def _booking(amount: Decimal, detail: Mapping[str, str], entry: Mapping[str, str]) -> Booking:
    name = detail.get("RltdPties/Cdtr/Pty/Nm") or detail.get("RltdPties/Cdtr/Nm", "")
    number = detail.get("RltdPties/CdtrAcct/Id/Othr/Id", "")
    reference = detail.get("Refs/EndToEndId", "")
    return Booking(
        amount=amount,
        booked_on=_date(entry.get("BookgDt/Dt") or entry.get("BookgDt/DtTm", ""), "BookgDt"),
        reference="" if reference == "NOTPROVIDED" else reference,
        bank_reference=detail.get("Refs/AcctSvcrRef") or entry.get("AcctSvcrRef", ""),
        order=detail.get("Refs/PmtInfId", ""),
        reversal=entry.get("RvslInd") in {"true", "1"},
        payee=Account(name, number) if name or number else None,
        text=entry.get("AddtlNtryInf", ""),
    )


def _day(element: etree._Element, path: str) -> date:
    return _date(text(element, f"{path}/Dt") or text(element, f"{path}/DtTm"), path)


def _date(day: str, path: str) -> date:
    try:
        return date.fromisoformat(day[:10])
    except ValueError:
        raise Unreadable("date", path) from None
