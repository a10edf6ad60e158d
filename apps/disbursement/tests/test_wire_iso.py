"""ISO 20022: what goes out holds to the schema; what comes in is believed only where it does."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from apps.disbursement.tests.messages import SAID, entry, order, statement, status, transaction
from apps.disbursement.wire import Account, Standing, Unreadable
from apps.disbursement.wire.iso import read_answer, read_notification, read_statement, write_order

PAIN = {"p": "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"}
BOMB = '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'


def test_an_order_says_whom_how_much_and_from_where() -> None:
    raw = write_order(order("100.00", "0.01", names=("阿拉坦·其木格",)), "M1", SAID)
    tree = etree.fromstring(raw)
    assert tree.xpath("string(//p:GrpHdr/p:NbOfTxs)", namespaces=PAIN) == "2"
    assert tree.xpath("string(//p:GrpHdr/p:CtrlSum)", namespaces=PAIN) == "100.01"
    assert tree.xpath("string(//p:PmtInfId)", namespaces=PAIN) == "2027030100001"
    assert tree.xpath("string(//p:DbtrAcct//p:Id/p:Othr/p:Id)", namespaces=PAIN) == "1501230100000000001"
    assert tree.xpath("//p:Cdtr/p:Nm/text()", namespaces=PAIN) == ["阿拉坦·其木格", "牧户1"]
    assert tree.xpath("//p:InstdAmt/text()", namespaces=PAIN) == ["100.00", "0.01"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"reference": "x" * 36},
        {"reference": ""},
        {"payee": Account("牧户", "6" * 35)},
        {"payee": Account("长" * 141, "6228")},
    ],
)
def test_what_breaks_the_schema_is_not_sent(wrong: dict[str, Any]) -> None:
    sound = order("1.00")
    with pytest.raises(Unreadable, match="schema"):
        write_order(replace(sound, rows=(replace(sound.rows[0], **wrong),)), "M1", SAID)


def test_an_answer_names_rows_that_failed() -> None:
    body = "<PmtInfSts>PART</PmtInfSts>" + transaction("P1", "ACSC") + transaction("P2", "RJCT", "BE01")
    answer = read_answer(BytesIO(status(body)))
    assert (answer.order, answer.standing, answer.message) == ("2027030100001", Standing.PART, "R1")
    assert [(row.reference, row.standing, row.reason_code, row.reason) for row in answer.rows] == [
        ("P1", Standing.PAID, "", ""),
        ("P2", Standing.REFUSED, "BE01", "户名不符"),
    ]


def test_an_answer_without_a_status_of_its_own_stands_as_its_rows_do() -> None:
    assert read_answer(BytesIO(status(transaction("P1", "ACSC") + transaction("P2", "ACSC")))).standing == Standing.PAID
    assert (
        read_answer(BytesIO(status(transaction("P1", "ACSC") + transaction("P2", "RJCT", "AC01")))).standing
        == Standing.PART
    )


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "xml"),
        (b"<a", "schema"),
        (b"\x00", "xml"),
        ("你好".encode("gb18030"), "xml"),
        (b"<a/>", "schema"),
        (status("<PmtInfSts>WHAT</PmtInfSts>"), "status"),
        (status(""), "status"),
        (status("<PmtInfSts>ACSC</PmtInfSts><Unknown/>"), "schema"),
        (status("<PmtInfSts>ACSC</PmtInfSts>").replace(b"<Document", BOMB.encode() + b"<Document"), "doctype"),
        (status("<PmtInfSts>ACSC</PmtInfSts>").replace(b"<Document", OUTSIDE.encode() + b"<Document"), "doctype"),
    ],
)
def test_what_cannot_be_believed_is_refused_with_its_reason(raw: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_answer(BytesIO(raw))
    assert refused.value.code == code


def test_a_refusal_repeats_no_account_number() -> None:
    body = "<PmtInfSts>ACSC</PmtInfSts>" + transaction("6228480100000000001" * 3, "ACSC")
    with pytest.raises(Unreadable) as refused:
        read_answer(BytesIO(status(body)))
    assert refused.value.code == "schema"
    assert "62284801" not in refused.value.detail
    assert "OrgnlEndToEndId" in refused.value.detail


def test_a_statement_gives_balances_and_single_bookings() -> None:
    entries = (
        entry("600.00", ("P1", "250.00"), ("P2", "350.00"))
        + entry("5.00", ("P3", "5.00"), sign="CRDT", more="<RvslInd>true</RvslInd>")
        + entry("7.00")
    )
    read = read_statement(BytesIO(statement(entries)))
    assert (read.message, read.number, read.account) == ("S1", "2027-060", "1501230100000000001")
    assert read.opening is not None
    assert read.closing is not None
    assert (read.opening.amount, read.closing.amount) == (Decimal("1000.00"), Decimal("400.00"))
    bookings = list(read.bookings)
    assert [(booking.reference, booking.amount, booking.reversal) for booking in bookings] == [
        ("P1", Decimal("-250.00"), False),
        ("P2", Decimal("-350.00"), False),
        ("P3", Decimal("5.00"), True),
        ("", Decimal("-7.00"), False),
    ]
    assert {booking.booked_on for booking in bookings} == {date(2027, 3, 1)}
    assert {booking.bank_reference for booking in bookings} == {"BANK-7"}


def test_a_day_without_bookings_is_a_statement_too() -> None:
    assert list(read_statement(BytesIO(statement(""))).bookings) == []


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (statement(entry("600.00", ("P1", "250.00"), ("P2", "349.99"))), "parts_differ"),
        (statement(entry("1.00", currency="USD")), "currency"),
        (statement(entry("1.001")), "amount"),
        (statement(entry("1.00"))[:-40], "xml"),
        (statement(entry("1.00").replace("<BkTxCd/>", "")), "schema"),
    ],
)
def test_a_statement_that_does_not_add_up_is_refused(raw: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        list(read_statement(BytesIO(raw)).bookings)
    assert refused.value.code == code


def test_two_accounts_in_one_message_are_refused() -> None:
    one = statement(entry("1.00")).decode()
    inner = one[one.index("<Stmt>") : one.index("</Stmt>") + 7]
    with pytest.raises(Unreadable, match="several_statements"):
        list(read_statement(BytesIO(statement(entry("1.00"), inner))).bookings)


def test_a_message_that_does_not_end_is_stopped() -> None:
    raw = statement(entry("1.00") * 2000)
    with pytest.raises(Unreadable, match="too_large"):
        list(read_statement(BytesIO(raw), limit=100_000).bookings)


def test_a_long_statement_takes_no_more_memory() -> None:
    """Bookings are forgotten as they are taken: the tree never holds more than a few."""

    class Endless:
        def __init__(self, entries: int) -> None:
            whole = statement("@").split(b"@")
            self.parts = [whole[0], *([entry("1.00", ("P1", "1.00")).encode()] * entries), whole[1]]

        def read(self, _size: int) -> bytes:
            return self.parts.pop(0) if self.parts else b""

    read = read_statement(Endless(3000))  # type: ignore[arg-type]
    first = next(read.bookings)
    assert first.reference == "P1"
    assert sum(1 for _booking in read.bookings) == 2999


def test_a_notice_of_single_bookings() -> None:
    raw = statement(entry("5.00", ("P1", "5.00"))).decode()
    raw = (
        raw.replace("camt.053", "camt.054")
        .replace("BkToCstmrStmt", "BkToCstmrDbtCdtNtfctn")
        .replace("Stmt>", "Ntfctn>")
    )
    start, end = raw.index("<Bal>"), raw.rindex("</Bal>") + 6
    read = read_notification(BytesIO((raw[:start] + raw[end:]).encode()))
    assert [booking.amount for booking in read.bookings] == [Decimal("-5.00")]
    assert (read.opening, read.closing) == (None, None)


@given(st.binary(max_size=400))
def test_any_bytes_are_refused_by_name(raw: bytes) -> None:
    for read in (lambda raw: read_answer(BytesIO(raw)), lambda raw: list(read_statement(BytesIO(raw)).bookings)):
        with pytest.raises(Unreadable):
            read(raw)


@given(st.lists(st.decimals("0.01", "999999999.99", places=2), min_size=1, max_size=20))
def test_the_control_sum_is_the_sum(amounts: list[Decimal]) -> None:
    raw = write_order(order(*map(str, amounts)), "M1", SAID)
    assert Decimal(etree.fromstring(raw).xpath("string(//p:PmtInf/p:CtrlSum)", namespaces=PAIN)) == sum(amounts)
