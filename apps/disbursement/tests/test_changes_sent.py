"""Refunds (2203) and corrections (5253) on the line: the receipt settles them, and the statements know what came back."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from apps.disbursement import services
from apps.disbursement.models import DayBook, Difference, InMessage, InState, OutMessage, VoucherState
from apps.disbursement.sandbox.stamps import SandboxStamp
from apps.disbursement.selectors.comeback import come_back
from apps.disbursement.services import exchange, queries, reconciling
from apps.disbursement.tests.factories import make_treasury, row
from apps.disbursement.tests.sandboxed import DeskLine, desk
from apps.disbursement.tests.test_exchange import changed, taken
from apps.disbursement.tests.test_reconciling import Day
from apps.ledger.models import Reservation
from apps.ledger.tests.factories import balance, issue, make_pool
from imbudget.kit.errors import NotAllowed, RuleViolation

pytestmark = pytest.mark.django_db
D = Decimal
KEY = SandboxStamp("07" * 32).public_key


@pytest.fixture(autouse=True)
def key(settings):
    settings.SIGNING_KEY = b"\x05" * 32


@pytest.fixture
def treasury(world):
    made = make_treasury(world)
    made.connect(stamp_key=KEY)
    made.line = DeskLine(desk())
    return made


def rounds(treasury, times=2):
    for _round in range(times):
        services.send_due(treasury.link, treasury.line)
        treasury.line.desk.outbox.last += 10
        services.fetch(treasury.link, treasury.line)
        exchange.settle_new()


def paid(treasury, amount="100.00"):
    request = treasury.approved(row(amount))
    rounds(treasury)
    return request.rows.get()


def refunded(treasury, line, amount):
    """Approved; its voucher waits to be sent."""
    refund = services.draw_up_refund(treasury.clerk, line, D(amount), "多付退回")
    services.submit_request(treasury.clerk, refund)
    treasury.sign(refund)
    return refund


def corrected(treasury, line, amount):
    """The same for a correction, and the authority that is to have paid."""
    world = treasury.world
    other = issue(world, make_pool(world, "500.00"), "300.00", department_economic=world.codes.wages)
    correction = services.draw_up_correction(treasury.clerk, line, other, D(amount), "科目更正")
    services.submit_request(treasury.clerk, correction)
    treasury.sign(correction)
    return correction, other


def money(authority):
    now = balance(authority)
    return (now["reserved"], now["spent"], now["available"])


def test_a_refund_goes_out_and_its_receipt_gives_the_money_back(treasury):
    line = paid(treasury)
    refund = refunded(treasury, line, "40.00")
    voucher = refund.voucher
    [message] = OutMessage.objects.filter(voucher=voucher)
    body = bytes(voucher.body).decode()
    assert message.name == f"2203-{voucher.number}"
    assert f"<OriVoucherDetailNo>{line.reference}</OriVoucherDetailNo>" in body
    assert f"<OriVoucherNo>{line.request.voucher.number}</OriVoucherNo>" in body
    assert money(treasury.authority) == (D(0), D("100.00"), D("900.00"))
    with pytest.raises(NotAllowed, match="its receipt books it"):
        services.confirm_refund(treasury.officer, refund, "B-1", timezone.localdate())
    rounds(treasury)
    refund.refresh_from_db()
    voucher.refresh_from_db()
    told = refund.rows.get()
    assert (refund.state, refund.paid, voucher.state) == ("paid", D("40.00"), VoucherState.ANSWERED)
    assert (told.outcome, told.paid_on) == ("paid", timezone.localdate())
    assert told.bank_reference == treasury.line.desk.ledger.movements[-1].bank_reference
    assert money(treasury.authority) == (D(0), D("60.00"), D("940.00"))
    line.refresh_from_db()
    assert line.left == D("60.00")


def test_a_correction_is_booked_by_its_receipt(treasury):
    correction, other = corrected(treasury, paid(treasury), "70.00")
    body = bytes(correction.voucher.body).decode()
    before, after = treasury.authority.department_economic.code, other.department_economic.code
    assert f"<OriDepExpEcoCode>{before}</OriDepExpEcoCode>" in body
    assert f"<DepExpEcoCode>{after}</DepExpEcoCode>" in body
    assert (correction.state, money(other)) == ("approved", (D("70.00"), D(0), D("230.00")))
    rounds(treasury)
    correction.refresh_from_db()
    assert (correction.state, correction.voucher.state) == ("paid", "answered")
    assert money(other) == (D(0), D("70.00"), D("230.00"))
    assert money(treasury.authority) == (D(0), D("30.00"), D("970.00"))
    assert len(treasury.line.desk.ledger.movements) == 1  # no cash


def test_what_the_treasury_refuses_is_as_if_it_had_not_been_asked_for(treasury):
    line = paid(treasury)
    treasury.line.desk.payments.left[line.reference] = D("39.99")  # the treasury knows of less
    refund = refunded(treasury, line, "40.00")
    correction, other = corrected(treasury, line, "50.00")
    rounds(treasury)
    for change in (refund, correction):
        change.refresh_from_db()
        assert (change.state, change.rows.get().reason) == ("failed", "金额超过原支付余额")
    assert money(treasury.authority) == (D(0), D("100.00"), D("900.00"))
    assert money(other) == (D(0), D(0), D("300.00"))
    line.refresh_from_db()
    assert line.left == D("100.00")
    assert refunded(treasury, line, "39.99").state == "approved"  # less is asked for by another voucher
    assert not Reservation.objects.filter(key=correction.hold, amount__gt=0).exclude(released=D("50.00")).exists()


def receipt(treasury, change):
    """As it lies in the treasury's outbox."""
    services.send_due(treasury.link, treasury.line)
    raw = treasury.line.desk.outbox.waiting[-1].raw
    assert change.voucher.number.encode() in raw
    return raw


@pytest.mark.parametrize("kind", ["refund", "correction"])
def test_answers_that_cannot_be_true_move_nothing_and_doubled_ones_count_once(treasury, kind):
    line = paid(treasury)
    change = refunded(treasury, line, "40.00") if kind == "refund" else corrected(treasury, line, "40.00")[0]
    raw, sign = receipt(treasury, change), "-" if kind == "refund" else ""
    for wrong in ("39.99", "40.01"):
        other = changed(treasury, raw, f"<XPayAmt>{sign}40.00</XPayAmt>", f"<XPayAmt>{sign}{wrong}</XPayAmt>")
        assert taken(treasury, other).state == InState.REFUSED
    both = changed(treasury, raw, f"PayAmt>{sign}40.00<", f"PayAmt>{sign}39.99<")  # ordered and done, a cent less
    told = taken(treasury, both)
    assert (told.state, "39.99" in told.trouble) == (InState.REFUSED, True)
    forged = taken(treasury, re.sub(rb"(<SignStamp[^>]*>)[^<]*", rb"\1AAAA", raw))
    unknown = taken(treasury, raw.replace(change.voucher.number.encode(), b"20270101" + b"9" * 10))
    assert {forged.state, unknown.state} == {InState.REFUSED}
    change.refresh_from_db()
    assert change.state == "approved"
    assert taken(treasury, raw).state == InState.DONE
    assert taken(treasury, raw).times == 2
    contrary = changed(treasury, raw, f"<XPayAmt>{sign}40.00</XPayAmt>", "<XPayAmt>0.00</XPayAmt>")
    assert "something else" in taken(treasury, contrary).trouble
    change.refresh_from_db()
    assert (change.state, change.paid) == ("paid", D("40.00"))
    assert money(treasury.authority) == (D(0), D("60.00"), D("940.00"))


def test_a_change_that_the_treasury_never_had_is_asked_about_and_given_up(treasury):
    correction, other = corrected(treasury, paid(treasury), "40.00")
    OutMessage.objects.filter(voucher=correction.voucher).update(state="refused", due=timezone.now())
    queries.ask_treasury(treasury.officer, correction.voucher)
    rounds(treasury)
    queries.give_up_voucher(treasury.officer, correction.voucher, "国库未收到")
    correction.refresh_from_db()
    assert (correction.state, money(other)) == ("failed", (D(0), D(0), D("300.00")))
    assert correction.about.rows.get().left == D("100.00")


def test_three_books_know_a_refund_by_the_payment_that_it_was(treasury):
    """Paid, given back in two parts, one of them after a correction, all on one day; the bank quotes the payment."""
    day = Day(treasury)
    treasury.line = day.line
    line = paid(treasury)
    refunded(treasury, line, "40.00")
    correction, _other = corrected(treasury, line, "30.00")
    rounds(treasury)
    refunded(treasury, correction.rows.get(), "30.00")
    rounds(treasury)
    book = day.end()
    assert not Difference.objects.exclude(state="gone").exists(), list(Difference.objects.values())
    assert {book.ledger_sum, book.bank_sum, book.treasury_sum} == {D("30.00")}
    assert (book.ledger_count, book.bank_count, book.matched) == (3, 3, 2)
    day.change(-1, amount=D("-29.99"))
    book = day.end()
    [found] = Difference.objects.exclude(state="gone")
    assert (found.kind, found.ledger, found.bank) == ("amount", D("-70.00"), D("-69.99"))
    reference = correction.rows.get().taken_back.get().reference
    day.change(-1, amount=D("-30.00"), row=reference)  # or it quotes the refund
    assert day.end().unsettled == 0


def test_a_treasury_without_such_messages_books_refunds_from_its_statement(world):
    treasury = make_treasury(world, "iso")
    treasury.connect()
    day = Day(treasury)
    treasury.line = day.line
    line = paid(treasury)
    refund = refunded(treasury, line, "40.00")
    assert not OutMessage.objects.filter(voucher=refund.voucher).exists()
    assert come_back(refund) is None
    assert not day.line.desk.give_back(line.reference, D("100.01"))
    assert day.line.desk.give_back(line.reference, D("40.00"))
    book = day.end()
    assert [each.kind for each in Difference.objects.all()] == ["theirs"]
    found = come_back(refund)
    services.confirm_refund(treasury.officer, refund, found.bank_reference, timezone.localdate())
    reconciling.reconcile_due()
    book.refresh_from_db()
    assert (book.unsettled, book.bank_sum, book.ledger_sum) == (0, D("60.00"), D("60.00"))
    assert refund.rows.get().paid_on == found.booked_on == day.day  # as the bank says, not as it was entered
    assert come_back(refunded(treasury, line, "40.00")) is None  # that money is another refund's
    assert InMessage.objects.exclude(state=InState.DONE).count() == 0
    DayBook.objects.filter(pk=book.pk).update(state="closed")
    late = refunded(treasury, line, "1.00")
    with pytest.raises(RuleViolation, match="is closed"):
        services.confirm_refund(treasury.officer, late, "B-2", timezone.localdate() - timedelta(days=1))
