"""Electronic vouchers: read 5214, 2203 and 5253, write receipts, states and statements."""

import base64
from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from xml.sax.saxutils import escape

from lxml import etree

from apps.disbursement.sandbox.accounts import REASONS, Movement
from apps.disbursement.sandbox.orders import Query, Refused, Row, Taken

SCHEMAS = Path(__file__).parent.parent / "wire" / "schemas"
Sign = Callable[[bytes], bytes]


def _parsed(raw: bytes, schema: str) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True, remove_comments=True)
    try:
        root = etree.fromstring(raw, parser)
    except etree.XMLSyntaxError as error:
        raise Refused(str(error)) from error
    held = etree.XMLSchema(etree.parse(SCHEMAS / schema))
    if not held.validate(root):
        raise Refused(str(held.error_log.last_error))
    return root


def read(raw: bytes) -> list[Taken | Query]:
    """All orders and queries of a message."""
    taken: list[Taken | Query] = []
    for body in _parsed(raw, "mof.envelope.xsd").findall("VoucherBody"):
        inner = base64.b64decode(body.findtext("Voucher") or "")
        key = {name: body.get(name) or "" for name in ("AdmDivCode", "StYear", "VtCode", "VoucherNo")}
        if b"<Query>" in inner[:200]:
            taken.append(_query(inner, key))
            continue
        voucher = _parsed(inner, "mof.voucher.xsd")
        if voucher.findtext("VoucherNo") != body.get("VoucherNo"):
            raise Refused("VoucherNo")
        rows = [
            Row(
                row.findtext("VoucherDetailNo"),
                row.findtext("PayeeAcctName"),
                row.findtext("PayeeAcctNo"),
                Decimal(row.findtext("PayAmt")),
                original=row.findtext("OriVoucherDetailNo") or "",
            )
            for row in voucher.iterfind("DetailList/Detail")
        ]
        stamps = [
            (each.get("no"), each.get("name"), base64.b64decode(each.text or ""))
            for each in body.iterfind("SignStampList/SignStamp")
        ]
        taken.append(
            Taken(
                dialect="mof",
                division=key["AdmDivCode"],
                year=key["StYear"],
                type=key["VtCode"],
                voucher=key["VoucherNo"],
                payer=voucher.findtext("PayAcctNo"),
                total=Decimal(voucher.findtext("PayAmt")),
                rows=rows,
                source=raw,
                body=inner,
                stamps=stamps,
            )
        )
    return taken


def _query(inner: bytes, key: dict[str, str]) -> Query:
    query = _parsed(inner, "mof.query.xsd")
    return Query("mof", query.findtext("Id"), key["VoucherNo"], "", key["AdmDivCode"], key["StYear"], key["VtCode"])


def state(  # noqa: PLR0913 - all that stands on one
    order: Taken | Query, code: str, at: datetime, word: str, number: int, sign: Sign, asked: str = ""
) -> bytes:
    """How far it has come; `asked` where a query is answered."""
    said = (f"<AskId>{escape(asked)}</AskId>" if asked else "") + (f"<AddWord>{escape(word)}</AddWord>" if word else "")
    inner = (
        f"<State><Id>T{number}</Id><VoucherNo>{escape(order.voucher)}</VoucherNo><StateCode>{code}</StateCode>"
        f"<StateTime>{at.isoformat(timespec='seconds')}</StateTime>{said}</State>"
    )
    return _envelope(order.division, order.year, order.type, order.voucher, "1", inner.encode(), sign)


def receipt(order: Taken, day: date, sign: Sign) -> bytes:
    """What was paid: the voucher as it came, with the bank's words in it."""
    voucher = etree.fromstring(order.body, etree.XMLParser(huge_tree=True, resolve_entities=False))
    by_reference = {row.reference: row for row in order.rows}
    for detail in voucher.iterfind("DetailList/Detail"):
        row = by_reference[detail.findtext("VoucherDetailNo")]
        _put(detail, "XPayAmt", f"{row.amount if row.paid else Decimal(0):.2f}")
        _put(detail, "XPayDate", f"{day:%Y%m%d}")
        if row.paid:
            _put(detail, "XAgentBusinessNo", row.bank_reference)
        else:
            _put(detail, "XAddCode", row.reason)
            _put(detail, "XAddWord", REASONS[row.reason])
    paid = sum((row.amount for row in order.rows if row.paid), Decimal(0))
    before = voucher.find("DetailList")
    for name, value in (("XPayDate", f"{day:%Y%m%d}"), ("XPayAmt", f"{paid:.2f}")):
        added = etree.Element(name)
        added.text = value
        before.addprevious(added)
    inner = etree.tostring(voucher, encoding="utf-8", xml_declaration=True)
    return _envelope(order.division, order.year, order.type, order.voucher, "1", inner, sign)


def statement(  # noqa: PLR0913 - all that stands on one
    division: str,
    number: str,
    account: str,
    day: date,
    opening: Decimal,
    movements: Sequence[Movement],
    sign: Sign,
    kind: str = "4004",
) -> bytes:
    """What an account booked on a day: 4004 in the treasury's books, 4005 in the bank's."""
    bookings = "".join(
        f"<Booking><VoucherNo>{escape(each.voucher)}</VoucherNo><VoucherDetailNo>{escape(each.row)}</VoucherDetailNo>"
        f"<XAgentBusinessNo>{each.bank_reference}</XAgentBusinessNo><XPayDate>{each.day:%Y%m%d}</XPayDate>"
        f"<XPayAmt>{each.amount:.2f}</XPayAmt>{_payee(each)}<IsReversal>{int(each.reversal)}</IsReversal></Booking>"
        for each in movements
    )
    closing = opening - sum((each.amount for each in movements), Decimal(0))
    inner = (
        f"<Statement><Id>{number}</Id><StatementNo>{number}</StatementNo><AcctNo>{escape(account)}</AcctNo>"
        f"<AccDate>{day:%Y%m%d}</AccDate><OpeningAmt>{opening:.2f}</OpeningAmt><ClosingAmt>{closing:.2f}</ClosingAmt>"
        f"<BookingList>{bookings}</BookingList></Statement>"
    )
    return _envelope(division, str(day.year), kind, number, "0", inner.encode(), sign)


def _payee(movement: Movement) -> str:
    if not movement.payee:
        return ""
    return (
        f"<XPayeeAcctNo>{escape(movement.payee)}</XPayeeAcctNo>"
        f"<XPayeeAcctName>{escape(movement.payee_name)}</XPayeeAcctName>"
    )


def _put(parent: etree._Element, name: str, value: str) -> None:
    etree.SubElement(parent, name).text = value


def _envelope(  # noqa: PLR0913 - the four names of a voucher, and what is in it
    division: str, year: str, kind: str, number: str, flag: str, body: bytes, sign: Sign
) -> bytes:
    encoded, stamp = base64.b64encode(body).decode(), base64.b64encode(sign(body)).decode()
    return (
        '<?xml version="1.0" encoding="UTF-8"?><MOF><VoucherCount>1</VoucherCount>'
        f'<VoucherBody AdmDivCode="{division}" StYear="{year}" VtCode="{kind}" VoucherNo="{escape(number)}">'
        f"<VoucherFlag>{flag}</VoucherFlag><Voucher>{encoded}</Voucher>"
        f'<SignStampList><SignStamp no="zqz" name="sandbox">{stamp}</SignStamp></SignStampList>'
        "</VoucherBody></MOF>"
    ).encode()
