"""Electronic vouchers: what is signed is what travels; a receipt is believed where it adds up and names the same voucher."""

import base64
from dataclasses import replace
from decimal import Decimal
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.disbursement.tests.messages import order
from apps.disbursement.wire import Account, OrderKey, Standing, Unreadable
from apps.disbursement.wire.mof import (
    Envelope,
    Stamp,
    read_envelopes,
    read_receipt,
    read_state,
    read_statement,
    write_envelopes,
    write_voucher,
)

KEY = OrderKey("150123000", 2027, "5214", "2027030100001")


def receipt(*amounts: str, paid: tuple[str, ...], whole: str | None = None) -> Envelope:
    """The receipt of an order: how much of each row was paid."""
    body = write_voucher(order(*amounts)).decode()
    for number, amount in enumerate(paid):
        at = body.index("</Detail>", body.index(f"<VoucherDetailNo>P2027000{number:04}"))
        word = "" if Decimal(amount) else "<XAddCode>BE01</XAddCode><XAddWord>户名不符</XAddWord>"
        body = f"{body[:at]}<XPayAmt>{amount}</XPayAmt><XPayDate>20270302</XPayDate>{word}{body[at:]}"
    total = whole or str(sum(map(Decimal, paid)))
    head = f"<XPayDate>20270302</XPayDate><XAgentBusinessNo>B1</XAgentBusinessNo><XPayAmt>{total}</XPayAmt>"
    return Envelope(KEY, "1", body.replace("<DetailList>", f"{head}<DetailList>").encode())


def test_what_was_signed_is_what_arrives() -> None:
    body = write_voucher(order("100.00", "0.50", names=("阿拉坦·其木格",)))
    sent = Envelope(KEY, "0", body, (Stamp("gz", "和林格尔县财政局", b"\x00signature\xff"),))
    assert list(read_envelopes(BytesIO(write_envelopes([sent, sent])))) == [sent, sent]


def test_the_same_order_gives_the_same_bytes() -> None:
    assert write_voucher(order("1.00", "2.00")) == write_voucher(order("1.00", "2.00"))


def test_a_voucher_carries_the_budget_elements_under_their_names() -> None:
    body = write_voucher(order("1.00")).decode()
    assert "<ExpFuncCode>2130209</ExpFuncCode>" in body
    assert "<PayAmt>1.00</PayAmt>" in body


def test_a_field_that_is_too_long_is_not_sent() -> None:
    sound = order("1.00")
    with pytest.raises(Unreadable, match="schema"):
        write_voucher(replace(sound, payer=Account("名" * 361, "1")))


def test_a_receipt_says_of_each_row_what_was_paid() -> None:
    answer = read_receipt(receipt("100.00", "50.00", paid=("100.00", "0.00")))
    assert (answer.order, answer.standing) == (KEY.number, Standing.PART)
    assert [(row.standing, row.paid, row.reason) for row in answer.rows] == [
        (Standing.PAID, Decimal("100.00"), ""),
        (Standing.REFUSED, Decimal("0.00"), "户名不符"),
    ]
    assert read_receipt(receipt("1.00", "2.00", paid=("1.00", "2.00"))).standing == Standing.PAID
    assert read_receipt(receipt("1.00", "2.00", paid=("0.00", "0.00"))).standing == Standing.REFUSED


@pytest.mark.parametrize(
    ("envelope", "code"),
    [
        (receipt("100.00", paid=("99.99",)), "amount"),
        (receipt("100.00", paid=("100.00",), whole="100.01"), "amount"),
        (replace(receipt("1.00", paid=("1.00",)), key=replace(KEY, number="2027030100002")), "other_voucher"),
        (replace(receipt("1.00", paid=("1.00",)), key=replace(KEY, division="150100000")), "other_voucher"),
        (Envelope(KEY, "0", write_voucher(order("1.00"))), "no_receipt"),
        (Envelope(KEY, "1", b"<Voucher/>"), "schema"),
        (Envelope(KEY, "1", b"\x00"), "xml"),
        (Envelope(KEY, "1", receipt("1.00", paid=("1.00",)).body + b"<more/>"), "xml"),
    ],
)
def test_a_receipt_that_does_not_fit_is_refused_with_its_reason(envelope: Envelope, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_receipt(envelope)
    assert refused.value.code == code


def state(code: str, number: str = KEY.number) -> Envelope:
    body = (
        f"<State><Id>S1</Id><VoucherNo>{number}</VoucherNo><StateCode>{code}</StateCode>"
        "<StateTime>2027-03-01T10:00:00+08:00</StateTime><AddWord>账户已注销</AddWord></State>"
    )
    return Envelope(KEY, "1", body.encode())


@pytest.mark.parametrize(
    ("code", "standing"), [("15", "taken"), ("16", "refused"), ("60", "taken"), ("90", "returned")]
)
def test_states_at_the_front_of_the_treasury(code: str, standing: str) -> None:
    answer = read_state(state(code))
    assert (answer.standing, answer.reason_code, answer.reason) == (standing, code, "账户已注销")


@pytest.mark.parametrize(
    ("envelope", "code"),
    [
        (state("98"), "status"),
        (state("15", "7"), "other_voucher"),
        (state("x"), "schema"),
        (Envelope(KEY, "1", b""), "xml"),
    ],
)
def test_a_state_that_nobody_knows_is_refused(envelope: Envelope, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_state(envelope)
    assert refused.value.code == code


def statement(bookings: str) -> Envelope:
    body = (
        "<Statement><Id>D1</Id><StatementNo>2027-060</StatementNo><AcctNo>15012301</AcctNo><AccDate>20270301</AccDate>"
        f"<OpeningAmt>1000.00</OpeningAmt><ClosingAmt>900.00</ClosingAmt><BookingList>{bookings}</BookingList></Statement>"
    )
    return Envelope(OrderKey("150123000", 2027, "4004", "D1"), "0", body.encode())


def booking(amount: str, more: str = "") -> str:
    return (
        f"<Booking><VoucherNo>{KEY.number}</VoucherNo><VoucherDetailNo>P1</VoucherDetailNo>"
        f"<XAgentBusinessNo>B1</XAgentBusinessNo><XPayDate>20270301</XPayDate><XPayAmt>{amount}</XPayAmt>{more}</Booking>"
    )


def test_a_statement_gives_balances_and_bookings() -> None:
    read = read_statement(statement(booking("120.00") + booking("-20.00", "<IsReversal>1</IsReversal>")))
    assert (read.account, read.number) == ("15012301", "2027-060")
    assert read.opening is not None
    assert read.closing is not None
    bookings = list(read.bookings)
    assert read.opening.amount + sum(each.amount for each in bookings) == read.closing.amount
    assert [each.reversal for each in bookings] == [False, True]


def test_a_quiet_day_has_a_statement() -> None:
    assert list(read_statement(statement("")).bookings) == []


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"<MOF><VoucherCount>1</VoucherCount></MOF>", "schema"),
        (write_envelopes([Envelope(KEY, "0", b"x")]).replace(b">1</VoucherCount>", b">2</VoucherCount>"), "count"),
        (write_envelopes([Envelope(KEY, "7", b"x")]), "schema"),
        (write_envelopes([Envelope(replace(KEY, division="15"), "0", b"x")]), "schema"),
        (b"<!DOCTYPE MOF []>" + write_envelopes([Envelope(KEY, "0", b"x")]).split(b"?>\n", 1)[1], "doctype"),
    ],
)
def test_an_envelope_that_does_not_fit_is_refused(raw: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        list(read_envelopes(BytesIO(raw)))
    assert refused.value.code == code


@given(st.binary(max_size=200), st.binary(max_size=80))
def test_any_body_and_stamp_come_through_unchanged(body: bytes, value: bytes) -> None:
    sent = Envelope(KEY, "1", body, (Stamp("sz", "章", value),), value)
    assert list(read_envelopes(BytesIO(write_envelopes([sent])))) == [sent]
    assert base64.b64encode(body) in write_envelopes([sent])
