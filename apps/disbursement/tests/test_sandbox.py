"""The treasury beside us: it pays, refuses, fails in part, answers late, twice or never, and knows after a kill what it had paid."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from django.utils import timezone

from apps.disbursement.tests.messages import SAID, order
from apps.disbursement.tests.sandboxed import Sandbox, accounts
from apps.disbursement.transport import LineDown, NotTaken, Received
from apps.disbursement.wire import Answer, Order, Standing
from apps.disbursement.wire.iso import read_answer, read_notification, read_statement, write_order
from apps.disbursement.wire.mof import (
    Envelope,
    read_envelopes,
    read_receipt,
    read_state,
    write_envelopes,
    write_voucher,
)
from apps.disbursement.wire.mof import read_statement as read_mof_statement


def mof(sent: Order) -> bytes:
    return write_envelopes([Envelope(sent.key, "0", write_voucher(sent))])


def envelope(message: Received) -> Envelope:
    [one] = read_envelopes(BytesIO(message.raw))
    return one


def answer(message: Received) -> Answer:
    """What a message of the MOF dialect says: a state is no receipt."""
    one = envelope(message)
    return read_state(one) if b"<State>" in one.body else read_receipt(one)


def payees(sent: Order) -> dict[str, dict[str, object]]:
    return {row.payee.number: {"name": row.payee.name} for row in sent.rows}


def test_a_voucher_is_taken_then_paid_row_by_row(tmp_path: Path) -> None:
    sent = order("100.00", "200.00", "300.00", "400.00")
    known = payees(sent)
    numbers = list(known)
    known[numbers[1]]["name"] = "别人"
    known[numbers[2]]["closed"] = True
    known[numbers[3]]["limit"] = "399.99"
    with Sandbox("--accounts", str(accounts(tmp_path, known))) as sandbox:
        sandbox.line.send("1", mof(sent))
        taken, receipt = map(answer, sandbox.messages(2))
    assert (taken.standing, receipt.standing) == (Standing.TAKEN, Standing.PART)
    assert [(row.paid, row.reason) for row in receipt.rows] == [
        (Decimal("100.00"), ""),
        (Decimal("0.00"), "户名不符"),
        (Decimal("0.00"), "账户已注销"),
        (Decimal("0.00"), "超过账户限额"),
    ]


def test_an_order_of_iso_20022_is_answered_in_its_own_dialect(tmp_path: Path) -> None:
    sent = order("100.00", "200.00")
    known = payees(sent)
    known[sent.rows[1].payee.number]["name"] = "别人"
    with Sandbox("--accounts", str(accounts(tmp_path, known))) as sandbox:
        sandbox.line.send("1", write_order(sent, "M1", SAID))
        taken, paid, booked = sandbox.messages(3)
        sandbox.day_end(f"{timezone.localdate()}")
        ended, _treasury = sandbox.messages(2)
        back = f"/back/{sent.rows[0].reference}"
        wrong = [
            sandbox.line._asked("POST", back, content=body).status_code for body in (b"100.01", b"-1", b"x", b"NaN")
        ]
        assert (wrong, sandbox.line._asked("POST", back, content=b"40.00").status_code) == ([404] * 4, 202)
        [told] = sandbox.messages(1)
    [returned] = read_notification(BytesIO(told.raw)).bookings
    assert (returned.amount, returned.reference, returned.reversal) == (Decimal("40.00"), sent.rows[0].reference, True)
    assert read_answer(BytesIO(taken.raw)).standing == Standing.TAKEN
    assert [(row.standing, row.reason_code) for row in read_answer(BytesIO(paid.raw)).rows] == [
        (Standing.PAID, ""),
        (Standing.REFUSED, "BE01"),
    ]
    [booking] = read_notification(BytesIO(booked.raw)).bookings
    assert (booking.amount, booking.reference) == (Decimal("-100.00"), sent.rows[0].reference)
    statement = read_statement(BytesIO(ended.raw))
    assert [each.amount for each in statement.bookings] == [Decimal("-100.00")]
    assert statement.opening is not None
    assert statement.closing is not None
    assert statement.opening.amount - statement.closing.amount == Decimal("100.00")


def test_the_statement_of_a_day_adds_up_in_the_ministry_s_dialect_too() -> None:
    with Sandbox(start=("manage.py", "treasury_sandbox")) as sandbox:
        sandbox.line.send("1", mof(order("100.00", "200.00")))
        sandbox.messages(2)
        sandbox.day_end(f"{timezone.localdate()}")
        ended, _treasury = sandbox.messages(2)
    statement = read_mof_statement(envelope(ended))
    assert statement.opening is not None
    assert statement.closing is not None
    assert statement.opening.amount + sum(each.amount for each in statement.bookings) == statement.closing.amount
    assert len({each.bank_reference for each in read_mof_statement(envelope(ended)).bookings}) == 2


def test_the_same_voucher_twice_is_paid_once_and_answered_again() -> None:
    with Sandbox() as sandbox:
        for name in ("1", "2"):
            sandbox.line.send(name, mof(order("100.00")))
        answers = [answer(message) for message in sandbox.messages(3)]
        sandbox.day_end(f"{timezone.localdate()}")
        ended, _treasury = sandbox.messages(2)
    assert [each.standing for each in answers] == [Standing.TAKEN, Standing.PAID, Standing.PAID]
    assert answers[1].rows == answers[2].rows
    assert [each.amount for each in read_mof_statement(envelope(ended)).bookings] == [Decimal("-100.00")]


def test_after_a_kill_it_knows_what_it_had_paid(tmp_path: Path) -> None:
    journal = tmp_path / "journal"
    with Sandbox("--journal", str(journal)) as sandbox:
        sandbox.line.send("1", mof(order("100.00")))
        first = answer(sandbox.messages(2)[1])
        sandbox.kill()
    journal.write_bytes(journal.read_bytes() + b'{"kind": "order", "key')  # the line that the kill cut off
    with Sandbox("--journal", str(journal)) as sandbox:
        assert sandbox.told["orders"] == 1
        assert sandbox.line.ask(order().key.number)
        sandbox.line.send("2", mof(order("100.00")))
        again = [answer(message) for message in sandbox.messages(2)]
        sandbox.day_end(f"{timezone.localdate()}")
        ended, _treasury = sandbox.messages(2)
    assert [each.rows for each in again] == [first.rows] * 2
    assert len(list(read_mof_statement(envelope(ended)).bookings)) == 1


def test_an_account_that_is_empty_pays_nobody(tmp_path: Path) -> None:
    sent = order("100.00", "60.00", "50.00")
    register = accounts(tmp_path, payees(sent), {sent.payer.number: "150.00"})
    with Sandbox("--accounts", str(register)) as sandbox:
        sandbox.line.send("1", mof(sent))
        receipt = answer(sandbox.messages(2)[1])
    assert [(row.paid, row.reason) for row in receipt.rows] == [
        (Decimal("100.00"), ""),
        (Decimal("0.00"), "付款账户余额不足"),
        (Decimal("50.00"), ""),
    ]


def test_it_answers_as_badly_as_it_is_told_to() -> None:
    with Sandbox("--never", "1") as sandbox:
        sandbox.line.send("1", mof(order("1.00")))
        assert sandbox.messages(1, seconds=0.5) == []
        assert sandbox.line.ask(order().key.number)  # who asks is always answered
        assert [answer(message).standing for message in sandbox.messages(1)] == [Standing.PAID]
    with Sandbox("--twice", "1", "--late", "1", "--delay", "0.3") as sandbox:
        sandbox.line.send("1", mof(order("1.00")))
        assert sorted(answer(message).standing for message in sandbox.messages(4)) == ["paid", "paid", "taken", "taken"]


def test_what_it_cannot_read_is_not_taken_and_said_so() -> None:
    with Sandbox() as sandbox:
        with pytest.raises(NotTaken, match="MOF"):
            sandbox.line.send("1", b"<MOF/>")
        assert not sandbox.line.ask("unknown")
        wrong = mof(order("100.00"))
        sandbox.line.send("2", wrong)
        assert len(sandbox.messages(2)) == 2


def test_what_nobody_acknowledged_comes_again() -> None:
    with Sandbox() as sandbox:
        sandbox.line.send("1", mof(order("1.00")))
        seen = {message.name for message in sandbox.line.waiting()}
        assert len(seen) == 2
        assert {message.name for message in sandbox.messages(2)} == seen
        assert sandbox.messages(1, seconds=2.5) == []


def test_a_sandbox_that_is_gone_is_a_line_that_is_down() -> None:
    with Sandbox() as sandbox:
        sandbox.kill()
        with pytest.raises(LineDown):
            sandbox.line.send("1", b"<MOF/>")
        with pytest.raises(LineDown):
            list(sandbox.line.waiting())


def test_messages_are_dated_by_the_treasury_s_own_clock() -> None:
    with Sandbox() as sandbox:
        sandbox.line.send("1", mof(order("1.00")))
        receipt = answer(sandbox.messages(2)[1])
    assert receipt.rows[0].paid_on is not None
    assert abs((receipt.rows[0].paid_on - date.today()).days) <= 1  # noqa: DTZ011 - both clocks are this machine's
