"""Ledger, bank and treasury day by day: what agrees, what differs and how, and a day that is closed."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.accounts.tests.factories import make_actor
from apps.disbursement import services
from apps.disbursement.models import BankStatement, DayBook, Difference, InMessage, InState, PaymentRow
from apps.disbursement.sandbox.stamps import SandboxStamp
from apps.disbursement.services import exchange, reconciling
from apps.disbursement.tests.factories import make_treasury, row
from apps.disbursement.tests.sandboxed import DeskLine, desk
from apps.evidence.models import Entry
from imbudget.kit.errors import RuleViolation

D = Decimal
KEY = SandboxStamp("07" * 32).public_key
NUMBER = [f"62284801{number:011}" for number in range(10)]


@pytest.fixture(autouse=True)
def key(settings):
    settings.SIGNING_KEY = b"\x05" * 32


@pytest.fixture(params=["mof", "iso"])
def treasury(world, request):
    made = make_treasury(world, request.param)
    made.connect(stamp_key=KEY)
    return made


@pytest.fixture
def ministry(world):
    made = make_treasury(world)
    made.connect(stamp_key=KEY)
    return made


class Day:
    """What was paid yesterday, by a desk whose clock says so."""

    def __init__(self, treasury):
        self.treasury, self.day = treasury, timezone.localdate() - timedelta(days=1)
        self.line = DeskLine(desk())
        self.line.desk.now = lambda: timezone.localtime() - timedelta(days=1)
        self.clerk = make_actor("treasury_clerk", treasury.region)
        self.officer = make_actor("treasury_officer", treasury.region)

    def pay(self, *rows):
        request = self.treasury.approved(*rows)
        self.exchange()
        return request

    def exchange(self):
        for _round in range(2):
            services.send_due(self.treasury.link, self.line)
            self.line.desk.outbox.last += 10
            services.fetch(self.treasury.link, self.line)
            exchange.settle_new()

    def end(self):
        """The statements of the day come, and the clock compares."""
        self.line.desk.end_day(self.day)
        self.exchange()
        reconciling.reconcile_due()
        return DayBook.objects.get(day=self.day)

    def change(self, place, **values):
        movements = self.line.desk.ledger.movements
        movements[place] = replace(movements[place], **values)


def told(book):
    return {
        each.kind: (each.ledger, each.bank, each.treasury, each.state) for each in Difference.objects.filter(book=book)
    }


def test_a_day_on_which_all_agree_is_closed(treasury):
    day = Day(treasury)
    day.pay(row("100.00"), row("50.00", number=2))
    book = day.end()
    assert (book.matched, book.unsettled, book.has_bank, book.has_treasury) == (2, 0, True, True)
    assert {book.ledger_sum, book.bank_sum, book.treasury_sum} == {D("150.00")}
    assert {book.ledger_count, book.bank_count, book.treasury_count} == {2}
    assert set(PaymentRow.objects.values_list("paid_on", flat=True)) == {day.day}  # as the bank says, not as we read it
    assert not DayBook.objects.filter(ledger_count__gt=0).exclude(pk=book.pk).exists()
    reconciling.close_day(day.officer, book)
    book.refresh_from_db()
    assert (book.state, book.closed_by_id) == ("closed", day.officer.user_id)
    assert Entry.objects.get(event="disbursement.day_closed").facts["bank"] == "150.00"


def test_what_differs_is_told_by_kind_and_disappears_when_it_is_right(ministry):
    day = Day(ministry)
    day.pay(*(row(f"{10 + number}.00", number=number) for number in range(4)))
    day.change(0, amount=D("10.01"))
    day.change(1, payee="1234567")
    missing = day.line.desk.ledger.movements.pop(2)
    day.line.desk.ledger.book(replace(missing, row="unknown", amount=D("99.00")))
    book = day.end()
    ours, theirs = D("12.00"), D("99.00")
    assert told(book) == {
        "amount": (D("10.00"), D("10.01"), D("10.01"), "open"),
        "payee": (D("11.00"), D("11.00"), D("11.00"), "open"),
        "ours": (ours, None, None, "open"),
        "theirs": (None, theirs, theirs, "open"),
    }
    assert (book.matched, book.unsettled) == (1, 4)
    with pytest.raises(RuleViolation, match="nobody has settled"):
        reconciling.close_day(day.officer, book)
    day.line.desk.ledger.movements[:] = [replace(missing)]  # the bank puts right all but one, in another statement
    for number, place in ((0, 0), (1, 1), (3, 3)):
        payee = PaymentRow.objects.get(number=number + 1)
        movement = replace(missing, row=payee.reference, amount=payee.amount, payee=NUMBER[number])
        day.line.desk.ledger.movements.insert(place, movement)
    book = day.end()
    assert (book.matched, book.unsettled) == (4, 0)
    assert {state for *_amounts, state in told(book).values()} == {"gone"}
    assert BankStatement.objects.filter(is_current=True).count() == 2 < BankStatement.objects.count()


@pytest.mark.covers("B8")
def test_what_needs_no_money_is_settled_by_two_people(ministry):
    day = Day(ministry)
    day.pay(row("10.00"))
    day.change(0, payee="1234567")
    book = day.end()
    [difference] = Difference.objects.all()
    with pytest.raises(RuleViolation, match="explained"):
        reconciling.accept_difference(day.officer, difference)
    reconciling.explain_difference(day.clerk, difference, "收款账号换新卡")
    with pytest.raises(RuleViolation, match="Somebody else"):
        reconciling.accept_difference(day.clerk, difference)
    reconciling.accept_difference(day.officer, difference)
    reconciling.close_day(day.officer, book)
    assert Difference.objects.get().state == "accepted"


def test_only_the_desk_of_the_region_itself_closes_a_day(ministry):
    day = Day(ministry)
    day.pay(row("10.00"))
    book = day.end()
    tree = ministry.world.tree
    for actor in (
        make_actor("treasury_officer", tree.league),
        make_actor("treasury_officer", tree.neighbour),
        make_actor("banner_officer", ministry.region),
        ministry.clerk,
    ):
        with pytest.raises(RuleViolation, match="Only the treasury"):
            reconciling.close_day(actor, book)
    with pytest.raises(RuleViolation, match="not over"):
        reconciling.close_day(
            day.officer, DayBook.objects.create(region=book.region, account=book.account, day=timezone.localdate())
        )


def test_a_day_without_both_statements_stays_open(ministry):
    day = Day(ministry)
    day.pay(row("10.00"))
    reconciling.reconcile_due()
    book = DayBook.objects.get(day=day.day)
    assert (book.ledger_sum, book.unsettled, book.has_bank) == (D("10.00"), 0, False)
    with pytest.raises(RuleViolation, match="both"):
        reconciling.close_day(day.officer, book)


def test_a_closed_day_takes_nothing_more_until_it_is_reopened(ministry):
    day = Day(ministry)
    day.pay(row("10.00"))
    reconciling.close_day(day.officer, day.end())
    late = day.pay(row("5.00", number=2))
    late.refresh_from_db()
    message = InMessage.objects.exclude(trouble="").get()
    assert (late.state, message.state, "reopen" in message.trouble) == ("approved", InState.REFUSED, True)
    day.line.desk.end_day(day.day)
    day.exchange()
    assert InMessage.objects.filter(state=InState.REFUSED).count() == 3
    book = DayBook.objects.get(day=day.day)
    reconciling.reopen_day(day.officer, book, "银行补发回单")
    assert Entry.objects.get(event="disbursement.day_reopened").facts["reason"] == "银行补发回单"
    for refused in InMessage.objects.filter(state=InState.REFUSED):
        exchange.look_again(day.officer, refused)
    exchange.settle_new()
    reconciling.reconcile_due()
    late.refresh_from_db()
    book.refresh_from_db()
    assert (late.state, book.matched, book.unsettled) == ("paid", 2, 0)


def test_the_database_itself_keeps_payments_of_a_closed_day(ministry):
    day = Day(ministry)
    day.pay(row("10.00"))
    reconciling.close_day(day.officer, day.end())
    with pytest.raises(DatabaseError, match="closed"), transaction.atomic():
        PaymentRow.objects.update(paid_on=timezone.localdate())


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda line: setattr(line.desk, "sign", SandboxStamp("09" * 32).sign), "stamp"),
        (lambda line: line.desk.ledger.movements.append(replace(line.desk.ledger.movements[0], account="1")), ""),
    ],
)
def test_a_forged_statement_is_not_believed(ministry, change, words):
    day = Day(ministry)
    day.pay(row("10.00"))
    change(day.line)
    day.end()
    messages = InMessage.objects.filter(state=InState.REFUSED)
    assert all(words in message.trouble for message in messages)
    assert BankStatement.objects.exists() == (not words)


def test_a_statement_that_does_not_add_up_or_is_of_another_s_account_is_not_believed(world):
    treasury = make_treasury(world, "iso")
    treasury.connect()
    day = Day(treasury)
    day.pay(row("10.00"))
    day.line.desk.end_day(day.day)
    raw = day.line.desk.outbox.waiting[-1].raw
    closing = raw[raw.index(b"CLBD") :]
    amount = closing[closing.index(b"<Amt") : closing.index(b"</Amt>")]
    for spoilt, words in (
        (raw.replace(amount, amount[:-1] + b"7"), "add up"),
        (raw.replace(treasury.account.number.encode(), b"999999"), "does not keep"),
        (raw.replace(b"<Cd>OPBD</Cd>", b"<Cd>ITBD</Cd>"), "morning"),
    ):
        message = exchange.keep(treasury.link, spoilt)
        exchange.settle_new()
        message.refresh_from_db()
        assert (message.state, words in message.trouble) == (InState.REFUSED, True), message.trouble
    assert not BankStatement.objects.exists()


def test_comparing_takes_no_more_statements_for_more_payments(ministry):
    day, counts = Day(ministry), []
    for payees in (2, 40):
        day.pay(*(row("1.00", number=number) for number in range(payees)))
        day.line.desk.end_day(day.day)
        day.exchange()
        with CaptureQueriesContext(connection) as queries:
            reconciling.reconcile_due()
        counts.append(len(queries))
    assert counts[0] == counts[1] < 15
    assert DayBook.objects.get(day=day.day).matched == 42
