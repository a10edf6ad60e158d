"""Whatever breaks, is lost, doubled or late: in the end the ledger, the bank and the requests say the same.

A run makes requests, has what was paid given back and corrected, lets the line break before or after a message is over, kills the work between keeping and taking into
account, and lets the treasury answer late, twice, out of order or never. Then everybody is asked until nothing is open.
"""

import os
import random
from contextlib import suppress
from decimal import Decimal

import pytest
from django.db import transaction
from django.db.models import F, Q, Sum
from django.utils import timezone

from apps.accounts.tests.factories import make_actor
from apps.disbursement import services
from apps.disbursement.models import (
    Business,
    DayBook,
    FlowTotal,
    InMessage,
    InState,
    OutMessage,
    PaymentRequest,
    PaymentRow,
    RequestState,
    Voucher,
)
from apps.disbursement.sandbox.stamps import SandboxStamp
from apps.disbursement.sandbox.temper import Temper
from apps.disbursement.selectors.comeback import left_as
from apps.disbursement.services import exchange, queries, reconciling
from apps.disbursement.tests.factories import make_treasury, row
from apps.disbursement.tests.sandboxed import DeskLine, desk
from apps.disbursement.transport import LineDown
from apps.ledger.models import Entry, Reservation
from apps.ledger.tests.factories import balance, broken, issue, make_pool
from apps.lowcode.services import tasks
from imbudget.kit.errors import RuleViolation

STEPS = 25
KEY = SandboxStamp("07" * 32).public_key


class Killed(BaseException):
    """The worker is gone: what it had not committed is too."""


class Run:
    """One unit that pays through a treasury of bad temper."""

    def __init__(self, world, seed: int, dialect: str) -> None:
        self.chance = random.Random(seed)
        self.treasury = make_treasury(world, dialect, "3000.00")
        self.treasury.connect(stamp_key=KEY)
        pool = make_pool(world, "9000.00")
        self.other = issue(world, pool, "3000.00", department_economic=world.codes.wages)
        shares = {name: self.chance.random() / 2 for name in ("late", "twice", "never", "shuffled", "failing")}
        self.officer = make_actor("treasury_officer", self.treasury.region)
        self.line = DeskLine(desk(Temper(seed=seed, delay=5000, **shares)))

    def step(self) -> None:
        """One of the things that happen."""
        happens = [self.pay, self.pay, self.take_back, self.change, self.send, self.fetch, self.settle, self.killed]
        self.chance.choice([*happens, self.ask, self.asked, self.again, self.end_day, self.compare])()

    def pay(self) -> None:
        rows = [
            row(f"{self.chance.randint(1, 40_000) / 100:.2f}", number=number)
            for number in range(self.chance.randint(1, 4))
        ]
        request = self.treasury.request(*rows)
        try:
            services.submit_request(self.treasury.clerk, request)
        except RuleViolation:
            return  # the authority has less
        for signer in (self.treasury.head, self.treasury.officer):
            tasks.approve(signer, self.treasury.task(signer))

    def change(self) -> None:
        """A part of a payment is given back, or corrected to the other of the two authorities."""
        row = PaymentRow.objects.filter(outcome="paid", back__lt=F("amount")).exclude(request__business="refund")
        row = row.select_related("request__authority", "request__account").order_by("?").first()
        if row is None:
            return
        clerk, amount = self.treasury.clerk, Decimal(self.chance.randint(1, int(row.left * 100))) / 100
        if self.chance.random() < 0.5:
            request = services.draw_up_refund(clerk, row, amount, "退回")
        else:
            own = row.request.authority_id == self.treasury.authority.pk
            other = self.other if own else self.treasury.authority
            request = services.draw_up_correction(clerk, row, other, amount, "科目更正")
        with suppress(RuleViolation):  # the other authority has less
            services.submit_request(clerk, request)
            self.treasury.sign(request)

    def take_back(self) -> None:
        request = self.treasury.request(row(f"{self.chance.randint(1, 10_000) / 100:.2f}"))
        try:
            services.submit_request(self.treasury.clerk, request)
        except RuleViolation:
            return
        services.withdraw_request(self.treasury.clerk, request)

    def send(self) -> None:
        self._break()
        OutMessage.objects.update(due=timezone.now())
        self._on_the_line(services.send_due)

    def fetch(self) -> None:
        self._break()
        self.line.desk.outbox.last += 1
        self._on_the_line(services.fetch)

    def settle(self) -> None:
        """Some of what was kept; the rest waits, as after a kill."""
        new = list(InMessage.objects.filter(state=InState.NEW).order_by("?")[: self.chance.randint(0, 3)])
        for message in new:
            exchange.take_into_account(message)

    def ask(self) -> None:
        """查询 of any voucher, answered or not."""
        numbers = list(PaymentRequest.objects.exclude(voucher=None).values_list("voucher__number", flat=True))
        if numbers:
            self.line.desk.ask(self.chance.choice(numbers))

    def killed(self) -> None:
        """Taking into account ends when all is written and nothing is kept."""
        message = InMessage.objects.filter(state=InState.NEW).order_by("?").first()
        if message is not None:
            with suppress(Killed), transaction.atomic():
                exchange.take_into_account(message)
                raise Killed

    def asked(self) -> None:
        """The desk asks about a voucher that has no answer."""
        voucher = Voucher.objects.exclude(state__in=["answered", "refused"]).order_by("?").first()
        if voucher is not None:
            with suppress(RuleViolation):
                queries.ask_treasury(self.officer, voucher)

    def again(self) -> None:
        """The desk sends a voucher once more."""
        message = OutMessage.objects.filter(kind="voucher").exclude(state="waiting").order_by("?").first()
        if message is not None:
            with suppress(RuleViolation):
                queries.send_again(self.officer, message)

    def end_day(self) -> None:
        """Statements of a day that goes on: later ones take their place."""
        if self.line.desk.orders:
            self.line.desk.end_day(self.line.desk.now().date())

    def compare(self) -> None:
        """The clock compares the books, or is killed when it has."""
        with suppress(Killed), transaction.atomic():
            reconciling.reconcile_due()
            if self.chance.random() < 0.5:
                raise Killed

    def _break(self) -> None:
        self.line.breaks = [self.chance.choice(["", "", "before", "after"]) for _call in range(3)]

    def _on_the_line(self, work) -> None:
        with suppress(LineDown):
            work(self.treasury.link, self.line)

    def finish(self) -> None:
        """Everybody is asked until nothing is open."""
        self.line.breaks = []
        for _round in range(20):
            OutMessage.objects.update(due=timezone.now())
            services.send_due(self.treasury.link, self.line)
            for request in PaymentRequest.objects.filter(state=RequestState.APPROVED).select_related("voucher"):
                if not self.line.desk.ask(request.voucher.number) and self.treasury.dialect == "iso":
                    self._confirm(request)
            self.line.desk.outbox.last += 10
            services.fetch(self.treasury.link, self.line)
            exchange.settle_new()
            if not PaymentRequest.objects.filter(state=RequestState.APPROVED).exists():
                return
        raise AssertionError("requests are still open")

    def _confirm(self, refund: PaymentRequest) -> None:
        """Nobody is told of a refund in this dialect: the money comes, and the desk says so."""
        if refund.business == Business.REFUND:
            assert self.line.desk.give_back(left_as(refund.rows.get()).reference, refund.total)
            booked = self.line.desk.ledger.movements[-1]
            services.confirm_refund(self.treasury.officer, refund, booked.bank_reference, booked.day)

    def close(self) -> None:
        """The day ends: its last statements come, and the three books are compared."""
        self.line.desk.outbox.waiting.clear()  # older statements that are late are of no use any more
        self.end_day()
        for _round in range(3):
            self.line.desk.outbox.last += 10
            OutMessage.objects.update(due=timezone.now())
            services.send_due(self.treasury.link, self.line)
            services.fetch(self.treasury.link, self.line)
            exchange.settle_new()
        reconciling.reconcile_due()


def net(rows, name, before=""):
    """What was paid less what came back; corrections move nothing."""
    kinds = rows.exclude(**{f"{before}business": "correct"})
    back = kinds.filter(**{f"{before}business": "refund"}).aggregate(sum=Sum(name))["sum"] or Decimal("0.00")
    return (kinds.aggregate(sum=Sum(name))["sum"] or Decimal("0.00")) - 2 * back


SEEDS = range(int(os.environ.get("FAULT_SEEDS", "4")))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("dialect", ["mof", "iso"])
def test_ledger_bank_and_requests_agree_in_the_end(world, settings, seed, dialect):
    settings.SIGNING_KEY = b"\x05" * 32
    run = Run(world, seed, dialect)
    for _step in range(STEPS):
        run.step()
    run.finish()
    run.close()
    movements = run.line.desk.ledger.movements
    bank = sum((movement.amount for movement in movements), Decimal("0.00"))
    paid, rows = (
        net(PaymentRequest.objects, "paid"),
        net(PaymentRow.objects.filter(outcome="paid"), "amount", "request__"),
    )
    assert (paid, rows) == (bank, bank)
    both = [balance(run.treasury.authority), balance(run.other)]
    assert sum(now["spent"] for now in both) == bank
    assert all((now["reserved"], now["available"]) == (0, Decimal("3000.00") - now["spent"]) for now in both)
    out = [movement.row for movement in movements if not movement.reversal]
    assert len(set(out)) == len(out)
    assert not Reservation.objects.exclude(amount=F("spent") + F("released")).exists()
    assert Entry.objects.filter(account__role="spent").aggregate(sum=Sum("amount"))["sum"] in {bank, None}
    assert InMessage.objects.exclude(state=InState.DONE).count() == 0
    assert broken() == set()
    books = DayBook.objects.aggregate(ledger=Sum("ledger_sum"), bank=Sum("bank_sum"), treasury=Sum("treasury_sum"))
    assert {value or Decimal(0) for value in books.values()} == {bank}
    assert not DayBook.objects.filter(Q(unsettled__gt=0) | Q(is_stale=True)).exists()
    flows = dict(FlowTotal.objects.values_list("category").annotate(sum=Sum("paid")))
    for authority, now in zip((run.treasury.authority, run.other), both, strict=True):
        assert flows.get(authority.department_economic.code[:3], Decimal(0)) == now["spent"]
    assert not FlowTotal.objects.aggregate(held=Sum("held"))["held"]
    claimed = PaymentRow.objects.filter(source__isnull=False, request__state="paid").aggregate(sum=Sum("amount"))["sum"]
    assert PaymentRow.objects.aggregate(sum=Sum("back"))["sum"] == (claimed or Decimal(0))
