"""A year's payments of four regions: a few hundred payees, paid, failed, waiting, returned; days closed, one with differences."""

import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from apps.accounts.actors import actor_of
from apps.accounts.models import Post
from apps.budget.demo.acting import holder
from apps.budget.demo.people import fill_posts
from apps.disbursement import services
from apps.disbursement.demo.clock import on
from apps.disbursement.demo.counter import Counter, counter_of
from apps.disbursement.models import AccountKind, DayBook, PayAccount, PaymentRequest, RequestState, TreasuryLink
from apps.disbursement.numbers import with_check_digit
from apps.disbursement.sandbox.stamps import SandboxStamp
from apps.disbursement.selectors.register import index_of, known_payees
from apps.disbursement.services import RowInput, exchange, reconciling
from apps.disbursement.services.requests import SUBJECT
from apps.ledger.models import Authority, AuthorityState
from apps.lowcode.models import Task
from apps.lowcode.services import tasks
from apps.regions.models import Region, Unit
from imbudget.kit import registry
from imbudget.kit.actor import Actor
from imbudget.kit.crypto import sm3
from imbudget.kit.errors import RuleViolation

GIVEN = settings.BASE_DIR / "fixtures" / "disbursement" / "demo_payments.json"
FLOW = settings.BASE_DIR / "fixtures" / "flows" / "disbursement.request.json"
EVERY = 11  # days between the days on which something is paid
LEAST, MOST = Decimal("200.00"), Decimal("86000.00")


@dataclass
class Play:
    """What the past is made of."""

    key: str
    journals: Path
    say: Callable[[str], object]
    given: dict[str, Any] = field(default_factory=lambda: json.loads(GIVEN.read_text(encoding="utf-8")))
    chance: random.Random = field(default_factory=lambda: random.Random(2026))  # noqa: S311 - sample data
    counters: dict[int, Counter] = field(default_factory=dict)
    accounts: dict[int, PayAccount] = field(default_factory=dict)

    @transaction.atomic
    def run(self) -> int:
        """Everything or nothing; the number of requests."""
        for journal in self.journals.glob("journal-*"):
            journal.unlink()
        begin = date(timezone.localdate().year, 1, 1)
        Post.objects.filter(valid_from__gt=begin).update(valid_from=begin)  # who acts in past months held a post then
        call_command("load_flows", str(FLOW), verbosity=0)
        for number, treasury in enumerate(self.given["treasuries"], 1):
            self._connect(number, treasury)
        regions = [Region.objects.get(pk=pk) for pk in self.counters]
        paying = [region for region in regions if _authorities(region).exists()]
        with on(begin):
            for region in paying:
                fill_posts(region)
        days = _days(timezone.localdate())
        for day in days:
            with on(day):
                for region in paying:
                    self._day(region, day, is_last=day in days[-2:])
        self._leave_open(paying)
        return PaymentRequest.objects.count()

    def _connect(self, number: int, treasury: dict[str, str]) -> None:
        region = Region.objects.get(code=treasury["region"])
        link, _made = TreasuryLink.objects.get_or_create(
            region=region,
            defaults={
                "name": treasury["name"],
                "dialect": treasury["dialect"],
                "place": region.code,
                "holder": treasury["office"],
                "stamp_name": "sandbox",
                "stamp_key": SandboxStamp(self.key).public_key,
            },
        )
        bank = self.given["bank"]
        self.accounts[region.pk] = PayAccount.objects.create(
            region=region,
            kind=AccountKind.FINANCE,
            name=f"{treasury['office']}零余额账户",
            number=f"{region.code}0100{number:09}",
            bank_name=bank["name"].format(region=region.name),
            bank_code=bank["code"].format(number=number),
        )
        self.counters[region.pk] = counter_of(link, self.key, self.journals)

    def _day(self, region: Region, day: date, *, is_last: bool) -> None:
        """Some requests, their signatures, the treasury's answers, the statements and the comparison of the day."""
        counter = self.counters[region.pk]
        for _number in range(self.chance.randint(1, 3)):
            self.sign(self._request(region, day))
        if not is_last:
            for _name, play in registry.demo_days.items():
                play(self, region, day)
        self._exchange(counter)
        if is_last and region.code == "150102":
            counter.end_day(day, differing=0.35)
        elif not is_last:
            counter.end_day(day)
        self._exchange(counter)
        reconciling.reconcile_due()
        if is_last:
            return
        with on(day + timedelta(days=1)):
            self._close(region, day)

    def _close(self, region: Region, day: date) -> None:
        officer = holder("treasury_officer", region=region)
        for book in DayBook.objects.filter(region=region, day=day, state="open", unsettled=0):
            reconciling.close_day(officer, book)

    def _exchange(self, counter: Counter) -> None:
        services.send_due(counter.link, counter)
        services.fetch(counter.link, counter)
        exchange.settle_new()

    def _request(self, region: Region, day: date) -> PaymentRequest:
        authority = self.chance.choice(list(_authorities(region)[:60]))
        clerk = holder("unit_clerk", unit=authority.unit)
        business, purpose = self._purpose(authority, day)
        many = business in {"salary", "batch"}
        salt = 2 * (authority.unit_id or 0) + (business == "salary")  # wages go to accounts of their own
        rows = [self._row(number, salt, many=many) for number in range(self.chance.randint(3, 6) if many else 1)]
        rows = _within(rows, authority.balance.available)
        head = {"account": self.accounts[region.pk], "business": business, "purpose": purpose}
        if business == "salary":
            head["period"] = day.replace(day=1)
            self._enter_staff(clerk, authority.unit_id, rows)
        elif business == "card":
            head["settlement"] = "3"
            rows = [
                replace(row, consumed_on=day - timedelta(days=9), slip=f"POS{day:%m%d}{row.payee_account[-5:]}")
                for row in rows
            ]
        request = services.draw_up(clerk, authority, head, rows)
        services.submit_request(clerk, request)
        return request

    def _enter_staff(self, clerk: Actor, unit: int | None, rows: list[RowInput]) -> None:
        """Salaries go to people whom the unit's register knows."""
        region = clerk.region_id or 0
        known = known_payees(region, [row.payee_account for row in rows])
        for row in rows:
            if index_of(row.payee_account) not in known:
                given = {"kind": "person", "name": row.payee_name, "account": row.payee_account, "is_staff": True}
                services.enter_payee(clerk, given | {"bank_name": row.payee_bank, "bank_code": row.payee_bank_code})

    def _purpose(self, authority: Authority, day: date) -> tuple[str, str]:
        code = authority.department_economic.code[:3] if authority.department_economic else ""
        choices = self.given["purposes"].get(code) or self.given["purposes"][""]
        business, words = self.chance.choice(choices)
        return business, words.format(month=day.month)

    def _row(self, number: int, salt: int, *, many: bool) -> RowInput:
        names = self.given["people" if many else "companies"]
        name = self.chance.choice(names)
        bank, code = self.chance.choice(self.given["banks"])
        own = (abs(hash_of(name)) + salt * 7919 if many else abs(hash_of(name))) % 10**8
        account = with_check_digit(f"62284801{own:08}{number:02}")
        cents = self.chance.randint(int(LEAST * 100), int((MOST / 10 if many else MOST) * 100))
        return RowInput(name if many else f"内蒙古{name}", account, Decimal(cents) / 100, bank, code)

    def sign(self, request: PaymentRequest, steps: int = 9) -> None:
        """Who is asked for a signature gives it, so many of them."""
        for _step in range(steps):
            waiting = Task.objects.filter(case__subject=SUBJECT, case__document_id=request.pk, state="open")
            task = waiting.order_by("pk").first()
            if task is None:
                return
            post = Post.objects.with_nodes().select_related("user").get(pk=task.post_id)
            tasks.approve(actor_of(post), task)

    def _leave_open(self, regions: list[Region]) -> None:
        """Today: a draft, some under approval, one returned, one signed that waits to be sent."""
        today = timezone.localdate()
        for region in regions:
            authority = _authorities(region)[0]
            clerk = holder("unit_clerk", unit=authority.unit)
            head = {"account": self.accounts[region.pk], "business": "normal", "purpose": "办公设备购置"}
            services.draw_up(clerk, authority, head, [self._row(1, 0, many=False)])
            self.sign(self._request(region, today), steps=1)
            self._request(region, today)
            self.sign(self._request(region, today))
            self._return(self._request(region, today))

    def _return(self, request: PaymentRequest) -> None:
        if request.state != RequestState.SUBMITTED:  # monitoring has stopped it
            return
        task = Task.objects.filter(case__subject=SUBJECT, case__document_id=request.pk, state="open").latest("pk")
        post = Post.objects.with_nodes().select_related("user").get(pk=task.post_id)
        tasks.send_back(actor_of(post), task, reason=self.given["returned"])


def hash_of(name: str) -> int:
    """The same number for the same name in every process."""
    return int.from_bytes(sm3(name.encode())[:6])


def _within(rows: list[RowInput], available: Decimal) -> list[RowInput]:
    """No more than a tenth of what is left."""
    share = available / 10
    total = sum((row.amount for row in rows), Decimal(0))
    if total <= share:
        return rows
    kept = rows[:1]
    amount = min(kept[0].amount, share).quantize(Decimal("0.01"))
    if amount <= 0:
        raise RuleViolation("nothing is left of this authority")
    return [RowInput(kept[0].payee_name, kept[0].payee_account, amount, kept[0].payee_bank, kept[0].payee_bank_code)]


def _authorities(region: Region) -> Any:
    held = Unit.objects.filter(region=region)
    rows = Authority.objects.filter(
        region=region, unit__in=held, state=AuthorityState.EXECUTABLE, balance__available__gt=100_000
    )
    return rows.select_related("unit", "balance", "department_economic").order_by("pk")


def _days(today: date) -> list[date]:
    """Workdays since February, one in so many; the last ones are yesterday and the day before."""
    first = date(today.year, 2, 24)
    days = [first + timedelta(days=number) for number in range(0, (today - first).days - EVERY, EVERY)]
    return [*(day for day in days if day.weekday() < 5), today - timedelta(days=2), today - timedelta(days=1)]
