"""What the treasury says of a voucher: its receipt (回单), row by row, and the state it has come to."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from lxml import etree

from apps.disbursement.wire.mof.envelope import RECEIPT, Envelope
from apps.disbursement.wire.reading import MIB, Unreadable, elements, leaves, money, text
from apps.disbursement.wire.terms import Answer, RowAnswer, Standing

VOUCHER, STATE = "mof.voucher.xsd", "mof.state.xsd"
LIMIT = 256 * MIB
NAMES = ("AdmDivCode", "StYear", "VtCode", "VoucherNo")
ROW = ("VoucherDetailNo", "PayAmt", "XPayAmt", "XPayDate", "XAgentBusinessNo", "XAddCode", "XAddWord")
HEAD = ("Id", *NAMES, "VouDate", "PayAmt", "XPayDate", "XPayAmt", "XAddCode", "XAddWord")
# States at the front of the treasury; what is not a failure is on its way until a receipt says more.
STATES = {
    **dict.fromkeys(("10", "15", "20", "40", "50", "60", "61", "71", "73", "80"), Standing.TAKEN),
    **dict.fromkeys(("16", "30", "45", "62", "72"), Standing.REFUSED),
    "90": Standing.RETURNED,
    "99": Standing.UNKNOWN,  # 查无此凭证, to a query alone
}


def read_receipt(envelope: Envelope) -> Answer:
    """What was paid of each row.

    Raises Unreadable as `reading.elements` does; `no_receipt` for a voucher that nobody has answered yet, `other_voucher`
    where body and envelope name different ones, `amount` where the rows do not add up to what was paid.
    """
    if envelope.flag != RECEIPT:
        raise Unreadable("no_receipt")
    rows: list[RowAnswer] = []
    asked, head = Decimal("0.00"), dict[str, str]()
    for element in elements(envelope.opened(), VOUCHER, ("Detail", "Voucher"), LIMIT):
        if etree.QName(element).localname == "Detail":
            said = leaves(element, *ROW)
            rows.append(_row(said))
            asked += money(said["PayAmt"])
        else:
            head = {name: text(element, name) for name in HEAD}
    _refuse_other(envelope, head)
    paid = sum((row.paid or Decimal(0) for row in rows), Decimal("0.00"))
    if (money(head["PayAmt"]), money(head["XPayAmt"] or "0")) != (asked, paid):
        raise Unreadable("amount", "PayAmt XPayAmt")
    standings = {row.standing for row in rows}
    _day(head["XPayDate"] or head["VouDate"])
    return Answer(
        message=head["Id"],
        order=envelope.key.number,
        standing=standings.pop() if len(standings) == 1 else Standing.PART,
        rows=tuple(rows),
        reason_code=head["XAddCode"],
        reason=head["XAddWord"],
    )


def _refuse_other(envelope: Envelope, head: dict[str, str]) -> None:
    key = envelope.key
    if tuple(head[name] for name in NAMES) != (key.division, str(key.year), key.type, key.number):
        raise Unreadable("other_voucher")


def _row(said: Mapping[str, str]) -> RowAnswer:
    paid, asked = money(said.get("XPayAmt") or "0"), money(said["PayAmt"])
    if paid not in {Decimal(0), asked}:
        raise Unreadable("amount", said["VoucherDetailNo"])
    return RowAnswer(
        reference=said["VoucherDetailNo"],
        standing=Standing.PAID if paid else Standing.REFUSED,
        paid=paid,
        reason_code=said.get("XAddCode", ""),
        reason=said.get("XAddWord", ""),
        bank_reference=said.get("XAgentBusinessNo", ""),
        paid_on=_day(day) if (day := said.get("XPayDate")) else None,
    )


def read_state(envelope: Envelope) -> Answer:
    """How far the treasury has come with a voucher. Raises Unreadable; `status` for a state that we do not know."""
    told = {
        name: text(element, name)
        for element in elements(envelope.opened(), STATE, ("State",), MIB)
        for name in ("Id", "VoucherNo", "StateCode", "StateTime", "AskId", "AddWord")
    }
    if told["StateCode"] not in STATES:
        raise Unreadable("status", told["StateCode"])
    if told["VoucherNo"] != envelope.key.number:
        raise Unreadable("other_voucher")
    return Answer(
        message=told["Id"],
        said_at=datetime.fromisoformat(told["StateTime"]),
        order=envelope.key.number,
        standing=STATES[told["StateCode"]],
        reason_code=told["StateCode"],
        reason=told["AddWord"],
        asked=told["AskId"],
    )


def _day(value: str) -> date:
    try:
        return datetime.strptime(value, "%Y%m%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        raise Unreadable("date", value) from None
