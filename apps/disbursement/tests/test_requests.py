"""A request holds its money from the hand-in on, gives it back when it comes back, and says whom it pays for good."""

from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from apps.accounts.tests.factories import make_actor
from apps.disbursement import services
from apps.disbursement.models import OutMessage, PaymentRequest, PaymentRow, RequestState, Voucher
from apps.disbursement.tests.factories import OFFICE, make_treasury, row
from apps.ledger.tests.factories import balance, make_pool
from apps.lowcode.services import tasks
from imbudget.kit.crypto import sm3_hex
from imbudget.kit.errors import NotAllowed, RuleViolation

D = Decimal


@pytest.fixture(autouse=True)
def key(settings):
    settings.SIGNING_KEY = b"\x05" * 32


@pytest.fixture
def treasury(world):
    return make_treasury(world)


def held(treasury):
    now = balance(treasury.authority)
    return (now["reserved"], now["spent"], now["available"])


def test_money_is_held_from_the_hand_in_until_it_comes_back(treasury):
    request = treasury.request(row("100.00"), row("50.00", number=2))
    assert held(treasury) == (D(0), D(0), D("1000.00"))
    services.submit_request(treasury.clerk, request)
    assert (request.state, held(treasury)) == (RequestState.SUBMITTED, (D("150.00"), D(0), D("850.00")))
    tasks.send_back(treasury.head, treasury.task(treasury.head), reason="用途不清", to="applicant")
    request.refresh_from_db()
    assert (request.state, request.return_reason) == (RequestState.RETURNED, "用途不清")
    assert held(treasury) == (D(0), D(0), D("1000.00"))
    services.save_request(treasury.clerk, request, request.revision, {"purpose": "购草"}, [row("70.00")])
    services.submit_request(treasury.clerk, request)
    assert held(treasury) == (D("70.00"), D(0), D("930.00"))
    services.withdraw_request(treasury.clerk, request)
    assert (request.state, held(treasury)) == (RequestState.DRAFT, (D(0), D(0), D("1000.00")))
    services.abandon_request(treasury.clerk, request)
    assert request.state == RequestState.WITHDRAWN


def test_who_hands_in_cannot_take_more_than_there_is(treasury):
    request = treasury.request(row("1000.01"))
    with pytest.raises(RuleViolation, match=r"Only 1,000\.00 is left"):
        services.submit_request(treasury.clerk, request)
    assert held(treasury) == (D(0), D(0), D("1000.00"))
    assert PaymentRequest.objects.get().state == RequestState.DRAFT


@pytest.mark.covers("不可否认性")
def test_the_last_signature_makes_a_voucher_that_never_changes(treasury):
    treasury.connect()
    request = treasury.approved(row("100.00"), row("50.00", number=2))
    voucher = request.voucher
    assert request.state == RequestState.APPROVED
    assert sm3_hex(bytes(voucher.body)) == voucher.digest
    assert "阿拉坦·其木格" in bytes(voucher.body).decode()
    [message] = OutMessage.objects.all()
    assert (message.voucher, message.state, OFFICE in bytes(message.raw).decode()) == (voucher, "waiting", True)
    assert held(treasury) == (D("150.00"), D(0), D("850.00"))
    for change in (
        lambda: Voucher.objects.update(body=b"other"),
        lambda: Voucher.objects.all().delete(),
        lambda: OutMessage.objects.update(raw=b"other"),
        lambda: PaymentRow.objects.update(amount=D("1.00")),
        lambda: PaymentRow.objects.update(payee_name="别人"),
        lambda: PaymentRow.objects.first().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_without_a_treasury_the_last_signature_says_so(treasury):
    treasury.submitted()
    tasks.approve(treasury.head, treasury.task(treasury.head))
    with pytest.raises(RuleViolation, match="No treasury"):
        tasks.approve(treasury.officer, treasury.task(treasury.officer))
    assert held(treasury) == (D("100.00"), D(0), D("900.00"))


@pytest.mark.covers("B8")
def test_who_asks_does_not_sign(treasury):
    """经办 ≠ 复核 ≠ 签章: the clerk's request waits for the head alone, then for the office."""
    treasury.connect()
    treasury.submitted()
    head_task = treasury.task(treasury.head)
    for stranger in (treasury.clerk, treasury.officer, make_actor("unit_head", treasury.world.neighbour_unit)):
        with pytest.raises(RuleViolation):
            tasks.approve(stranger, head_task)


def test_who_may_not_ask(treasury, world):
    for actor in (
        treasury.officer,
        make_actor("unit_clerk", world.neighbour_unit),
        make_actor("finance_leader", treasury.region),
        make_actor("auditor", treasury.region),
    ):
        with pytest.raises(NotAllowed):
            services.draw_up(actor, treasury.authority, {"account": treasury.account, "purpose": "购草"}, [row()])
        request = treasury.request()
        for act in (services.submit_request, services.abandon_request, services.withdraw_request):
            with pytest.raises(NotAllowed):
                act(actor, request)


def test_money_that_was_not_issued_is_not_asked_for(treasury, world):
    pool = make_pool(world)
    pool.unit_id = treasury.unit.pk
    with pytest.raises(NotAllowed, match="not been issued"):
        services.draw_up(treasury.clerk, pool, {"account": treasury.account, "purpose": "购草"}, [row()])


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (row("0.00"), "Payee 1: .*above zero"),
        (row("-1.00"), "above zero"),
        (row("0.001"), "two decimals"),
        (row("NaN"), "above zero"),
        (row("1.00", name=""), "Payee 1: .*blank"),
        (row("1.00", name="名" * 141), "140"),
        (row("1.00", payee_bank_code="12"), "12 digits"),
    ],
)
def test_a_payee_that_cannot_be_paid_is_named(treasury, given, words):
    with pytest.raises(RuleViolation, match=words):
        treasury.request(given)
    assert not PaymentRequest.objects.exists()


def test_nobody_to_pay_and_an_account_of_somebody_else(treasury, world):
    request = services.draw_up(treasury.clerk, treasury.authority, {"account": treasury.account, "purpose": "购草"}, [])
    with pytest.raises(RuleViolation, match="Nobody is to be paid"):
        services.submit_request(treasury.clerk, request)
    treasury.account.region = world.tree.neighbour
    with pytest.raises(RuleViolation, match="does not pay for the unit"):
        treasury.request()


def test_two_clerks_do_not_overwrite_each_other(treasury):
    request = treasury.request()
    services.save_request(treasury.clerk, request, request.revision, {"purpose": "一"}, [row("1.00")])
    with pytest.raises(RuleViolation, match="Someone else saved"):
        services.save_request(treasury.clerk, request, 1, {"purpose": "二"}, [row("2.00")])
    request.refresh_from_db()
    assert (request.purpose, request.total) == ("一", D("1.00"))


@pytest.mark.covers("B6")
def test_rows_are_seen_by_their_unit_and_those_above(treasury, world):
    request = treasury.request()
    sees = {
        treasury.clerk: True,
        treasury.officer: True,
        make_actor("unit_clerk", world.neighbour_unit): False,
        make_actor("league_officer", world.tree.league): True,
        make_actor("banner_officer", world.tree.neighbour): False,
    }
    assert {actor: PaymentRequest.objects.visible_to(actor).filter(pk=request.pk).exists() for actor in sees} == sees
