"""pain.002.001.10: what the bank says of an order, as a whole and row by row."""

from datetime import datetime
from typing import BinaryIO

from lxml import etree

from apps.disbursement.wire.reading import MIB, Unreadable, child, children, elements, text
from apps.disbursement.wire.terms import Answer, RowAnswer, Standing

SCHEMA = "pain.002.001.10.xsd"
LIMIT = 64 * MIB
# External code sets of ISO 20022: ExternalPaymentGroupStatus1Code and ExternalPaymentTransactionStatus1Code.
GROUP = {
    "ACTC": Standing.TAKEN,
    "ACCP": Standing.TAKEN,
    "ACSP": Standing.TAKEN,
    "RCVD": Standing.TAKEN,
    "PDNG": Standing.TAKEN,
    "ACSC": Standing.PAID,
    "PART": Standing.PART,
    "RJCT": Standing.REFUSED,
}
NEVER_CAME = "NOOR"  # no original transaction received, of ExternalStatusReason1Code
ROW = {name: standing for name, standing in GROUP.items() if name != "PART"} | {"ACCC": Standing.PAID}


def read_answer(source: BinaryIO) -> Answer:
    """The answer. Raises Unreadable as `reading.elements` does, and `status` for a status that we do not know."""
    header: tuple[str, str] | None = None
    asked = ""
    order, standing, reason = "", "", ("", "")
    rows: list[RowAnswer] = []
    named = ("GrpHdr", "OrgnlGrpInfAndSts", "TxInfAndSts", "OrgnlPmtInfAndSts")
    for element in elements(source, SCHEMA, named, LIMIT):
        match etree.QName(element).localname:
            case "GrpHdr":
                header = (text(element, "MsgId"), text(element, "CreDtTm"))
            case "OrgnlGrpInfAndSts":
                standing, reason = text(element, "GrpSts"), _reason(element)
                asked = text(element, "OrgnlMsgId")
            case "TxInfAndSts":
                rows.append(_row(element))
            case _:
                if order:  # our orders have one instruction each
                    raise Unreadable("several_orders", text(element, "OrgnlPmtInfId"))
                order = text(element, "OrgnlPmtInfId")
                standing = text(element, "PmtInfSts") or standing
                reason = _reason(element) if any(_reason(element)) else reason
    if header is None:
        raise Unreadable("no_order")
    found = _whole(standing, rows, reason[0])
    if not order and found != Standing.UNKNOWN:  # who never had the order names the query alone
        raise Unreadable("no_order")
    return Answer(
        message=header[0],
        said_at=datetime.fromisoformat(header[1]),
        order=order,
        standing=found,
        rows=tuple(rows),
        reason_code=reason[0],
        reason=reason[1],
        asked=asked,
    )


def _row(element: etree._Element) -> RowAnswer:
    code, words = _reason(element)
    return RowAnswer(
        reference=text(element, "OrgnlEndToEndId"),
        standing=_standing(text(element, "TxSts"), ROW),
        reason_code=code,
        reason=words,
        bank_reference=text(element, "AcctSvcrRef"),
    )


def _reason(element: etree._Element) -> tuple[str, str]:
    first = child(element, "StsRsnInf")
    words = " ".join((each.text or "").strip() for each in children(first, "AddtlInf"))
    return text(first, "Rsn/Cd") or text(first, "Rsn/Prtry"), words


def _standing(status: str, known: dict[str, Standing]) -> Standing:
    if status not in known:
        raise Unreadable("status", status)
    return known[status]


def _whole(standing: str, rows: list[RowAnswer], reason_code: str) -> Standing:
    found = _standing(standing, GROUP) if standing else _of_rows(rows)
    return Standing.UNKNOWN if found == Standing.REFUSED and reason_code == NEVER_CAME else found


def _of_rows(rows: list[RowAnswer]) -> Standing:
    """Of an order whose rows alone have a status."""
    if not rows:
        raise Unreadable("status")
    found = {row.standing for row in rows}
    return found.pop() if len(found) == 1 else Standing.PART
