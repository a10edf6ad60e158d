"""After a payment: what failed is paid again once, what comes back is never more than was paid, corrections move no cash."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from apps.disbursement import services
from apps.disbursement.models import Outcome, OutMessage, PaymentRequest, PaymentRow, RequestState, Voucher
from apps.disbursement.services.rows import as_input
from apps.disbursement.tests.factories import row
from apps.disbursement.tests.paid import answered, connected
from apps.ledger.tests.factories import balance, issue, make_pool
from apps.lowcode.services import tasks
from imbudget.kit.errors import NotAllowed, RuleViolation

D = Decimal
TODAY = timezone.localdate


@pytest.fixture(autouse=True)
def key(settings):
    settings.SIGNING_KEY = b"\x05" * 32


@pytest.fixture
def treasury(world):
    return connected(world)


def money(authority):
    now = balance(authority)
    return (now["reserved"], now["spent"], now["available"])


def part_failed(treasury):
    """100 paid, 50 and 30 not."""
    rows = (row("100.00"), row("50.00", name="别人", number=2), row("30.00", name="又一人", number=3))
    return answered(treasury, *rows, names={f"62284801{2:011}": "其木格", f"62284801{3:011}": "乌云"})


def test_what_failed_is_paid_again_by_a_linked_request_and_once(treasury):
    request = part_failed(treasury)
    assert request.state == RequestState.PART
    again = services.pay_again(treasury.clerk, request)
    assert (again.again, again.state, again.total, again.account) == (request, "draft", D("80.00"), request.account)
    assert [line.repeats.number for line in again.rows.all()] == [2, 3]
    with pytest.raises(RuleViolation, match="paid again already"):
        services.pay_again(treasury.clerk, request)
    mended = [as_input(line) for line in again.rows.all()]
    mended[0] = services.RowInput("其木格", mended[0].payee_account, D("50.00"), repeats=mended[0].repeats)
    services.save_request(treasury.clerk, again, again.revision, {}, mended[:1])
    services.submit_request(treasury.clerk, again)
    assert money(treasury.authority) == (D("50.00"), D("100.00"), D("850.00"))
    third = services.pay_again(treasury.clerk, request)  # what was taken out of the first one
    assert [line.repeats.number for line in third.rows.all()] == [3]
    services.abandon_request(treasury.clerk, third)
    assert services.pay_again(treasury.clerk, request).total == D("30.00")


def test_only_what_failed_is_paid_again_and_as_much(treasury):
    request = part_failed(treasury)
    paid, failed = request.rows.get(number=1), request.rows.get(number=2)
    again = services.pay_again(treasury.clerk, request)
    for wrong in (
        services.RowInput("其木格", failed.payee_account, D("50.01"), repeats=failed.pk),
        services.RowInput("其木格", failed.payee_account, D("100.00"), repeats=paid.pk),
        services.RowInput("其木格", failed.payee_account, D("50.00")),
    ):
        services.save_request(treasury.clerk, again, again.revision, {}, [wrong])
        with pytest.raises(RuleViolation, match="only what was not paid"):
            services.submit_request(treasury.clerk, again)
    for stranger in (treasury.officer, treasury.keeper):
        with pytest.raises(NotAllowed):
            services.pay_again(stranger, request)
    done = answered(treasury, row("1.00", number=9))
    with pytest.raises(NotAllowed, match="has failed"):
        services.pay_again(treasury.clerk, done)


def test_a_refund_restores_the_authority_when_the_treasury_has_the_money(treasury):
    request = answered(treasury, row("100.00"))
    refund = services.draw_up_refund(treasury.clerk, request.rows.get(), D("40.00"), "多付退回")
    services.submit_request(treasury.clerk, refund)
    assert money(treasury.authority) == (D(0), D("100.00"), D("900.00"))  # a refund holds nothing
    with pytest.raises(NotAllowed, match="approved refund"):
        services.confirm_refund(treasury.officer, refund, "BK-1", TODAY())
    treasury.sign(refund)
    voucher = refund.voucher
    assert (voucher.type, voucher.total, voucher.capital) == ("2203", D("-40.00"), "负肆拾元整")
    assert "-40.00" in bytes(voucher.body).decode()
    assert not OutMessage.objects.filter(voucher=voucher).exists()
    for actor in (treasury.clerk, treasury.head):
        with pytest.raises(NotAllowed, match="desk"):
            services.confirm_refund(actor, refund, "BK-1", TODAY())
    with pytest.raises(RuleViolation, match="not come yet"):
        services.confirm_refund(treasury.officer, refund, "BK-1", TODAY() + timedelta(days=1))
    services.confirm_refund(treasury.officer, refund, "BK-1", TODAY())
    refund.refresh_from_db()
    assert (refund.state, money(treasury.authority)) == ("paid", (D(0), D("60.00"), D("940.00")))
    with pytest.raises(NotAllowed):
        services.confirm_refund(treasury.keeper, refund, "BK-1", TODAY())
    assert PaymentRow.objects.get(request=request).left == D("60.00")


def test_refunds_and_corrections_together_are_never_more_than_was_paid(treasury):
    request = answered(treasury, row("100.00"))
    line = request.rows.get()
    first = services.draw_up_refund(treasury.clerk, line, D("60.00"), "退回")
    second = services.draw_up_refund(treasury.clerk, line, D("60.00"), "退回")
    services.submit_request(treasury.clerk, first)
    with pytest.raises(RuleViolation, match=r"Only 40\.00"):
        services.submit_request(treasury.clerk, second)
    services.withdraw_request(treasury.clerk, first)
    second.refresh_from_db()
    services.submit_request(treasury.clerk, second)  # what was taken back may be claimed by the other
    line.refresh_from_db()
    assert (line.back, PaymentRequest.objects.get(pk=first.pk).state) == (D("60.00"), "draft")
    with pytest.raises(RuleViolation, match=r"Only 40\.00"):
        services.draw_up_refund(treasury.clerk, line, D("40.01"), "退回")
    with pytest.raises(DatabaseError), transaction.atomic():
        PaymentRow.objects.filter(pk=line.pk).update(back=D("100.01"))


def test_a_returned_or_refused_refund_gives_its_claim_back(treasury):
    line = answered(treasury, row("100.00")).rows.get()
    refund = services.draw_up_refund(treasury.clerk, line, D("60.00"), "退回")
    services.submit_request(treasury.clerk, refund)
    tasks.reject(treasury.head, treasury.task(treasury.head), reason="无依据")
    line.refresh_from_db()
    assert (line.back, money(treasury.authority)[1]) == (D("0.00"), D("100.00"))


def test_a_correction_moves_what_was_paid_to_another_authority_in_one_act(treasury, world):
    request = answered(treasury, row("100.00"))
    other = issue(world, make_pool(world, "500.00"), "300.00")
    sent = OutMessage.objects.count()
    correction = services.draw_up_correction(treasury.clerk, request.rows.get(), other, D("70.00"), "科目更正")
    services.submit_request(treasury.clerk, correction)
    assert money(other) == (D("70.00"), D(0), D("230.00"))
    treasury.sign(correction)
    voucher = Voucher.objects.get(request=correction)
    assert (correction.state, voucher.type, voucher.state, OutMessage.objects.count()) == (
        "paid",
        "5253",
        "answered",
        sent,
    )
    assert money(other) == (D(0), D("70.00"), D("230.00"))
    assert money(treasury.authority) == (D(0), D("30.00"), D("970.00"))
    moved = correction.rows.get()
    assert (moved.outcome, moved.left) == (Outcome.PAID, D("70.00"))
    back = services.draw_up_refund(treasury.clerk, moved, D("70.00"), "退回")  # now it goes back to the other
    services.submit_request(treasury.clerk, back)
    treasury.sign(back)
    services.confirm_refund(treasury.officer, back, "BK-2", TODAY())
    assert money(other) == (D(0), D(0), D("300.00"))


def test_a_correction_needs_another_authority_that_has_enough(treasury, world):
    line = answered(treasury, row("100.00")).rows.get()
    same = services.draw_up_correction(treasury.clerk, line, treasury.authority, D("70.00"), "科目更正")
    with pytest.raises(RuleViolation, match="another authority"):
        services.submit_request(treasury.clerk, same)
    poor = issue(world, make_pool(world, "500.00"), "69.99")
    short = services.draw_up_correction(treasury.clerk, line, poor, D("70.00"), "科目更正")
    with pytest.raises(RuleViolation, match=r"Only 69\.99"):
        services.submit_request(treasury.clerk, short)
    line.refresh_from_db()
    assert line.back == D("0.00")


def test_what_was_not_paid_is_not_given_back_and_by_nobody_else(treasury, world):
    waiting = treasury.approved(row("10.00")).rows.get()
    with pytest.raises(NotAllowed, match="Only what was paid"):
        services.draw_up_refund(treasury.clerk, waiting, D("1.00"), "退回")
    line = answered(treasury, row("100.00", number=5)).rows.get()
    for stranger in (treasury.officer, treasury.keeper):
        with pytest.raises(NotAllowed):
            services.draw_up_refund(stranger, line, D("1.00"), "退回")
