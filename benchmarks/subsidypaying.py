"""The second half of a subsidy: rosters become requests, signed vouchers and files; receipts and statements come back.

The other end of the line is the sandbox's desk of each banner; what it takes is not counted. Banners are worked on by two
processes beside each other, as offices and workers do: the hand-written limits are one session's.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from benchmarks import harness
from benchmarks.subsidyfill import STAMP, rosters

FAILING = 0.001


class Files:
    """A line that gives what lies in a folder. What it is to take stays in the outbox, where the bank finds it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(exist_ok=True)

    def put(self, messages: Iterable[Any]) -> None:
        """The bank's answers, in their order."""
        for message in messages:
            (self.folder / f"{message.number:08}").write_bytes(message.raw)

    def send(self, name: str, raw: bytes) -> None:
        """As `Line.send`."""

    def waiting(self) -> Iterator[Any]:
        """As `Line.waiting`."""
        from apps.disbursement.transport import Received

        for path in sorted(self.folder.iterdir()):
            yield Received(path.name, path.read_bytes())

    def acknowledge(self, name: str) -> None:
        """As `Line.acknowledge`."""
        (self.folder / name).unlink()


def person(role: str, node: Any) -> Any:
    """Whoever holds a role; a killed run has appointed them already."""
    from apps.accounts.models import Post, User
    from apps.accounts.tests.factories import UserFactory, actor_of, make_actor

    name = f"{role}-{node.code}"
    if not User.objects.filter(username=name).exists():
        return make_actor(role, node, UserFactory(username=name))
    return actor_of(Post.objects.get(user__username=name), "10.0.0.1")


class Banner:
    """The people, the treasury and the bank of a roster."""

    def __init__(self, roster: Any, folder: Path) -> None:
        from apps.disbursement.models import PayAccount, TreasuryLink

        code = roster.region.code
        self.roster, self.line, self.journal = roster, Files(folder / f"{code}.answers"), folder / f"{code}.journal"
        self.clerk = person("unit_clerk", roster.unit)
        self.signers = (
            person("unit_head", roster.unit),
            person("treasury_clerk", roster.region),
            person("treasury_officer", roster.region),
        )
        self.account = PayAccount.objects.get(region=roster.region)
        self.link = TreasuryLink.objects.get(region=roster.region)

    def desk(self) -> Any:
        """The bank's desk as it was left; it keeps nothing here."""
        from apps.disbursement.sandbox.journal import Journal
        from apps.disbursement.sandbox.stamps import SandboxStamp
        from apps.disbursement.sandbox.temper import Temper
        from apps.disbursement.tests.sandboxed import desk

        found = desk(Temper(seed=self.roster.pk, failing=FAILING))
        found.sign, found.journal = SandboxStamp(STAMP).sign, Journal(self.journal)
        found.recall()
        return found

    def bank(self) -> None:
        """Take what was sent and is not answered, and answer it."""
        from apps.disbursement.models import OutMessage

        desk = self.desk()
        for message in OutMessage.objects.filter(link=self.link, state="sent", answered_at=None).order_by("pk"):
            desk.take(bytes(message.raw))
        self.line.put(desk.outbox.waiting)

    def end_day(self) -> None:
        """The statements of the day, the bank's and the treasury's."""
        desk = self.desk()
        desk.outbox.last = 90_000_000  # behind the receipts
        desk.end_day(desk.now().date())
        self.line.put(desk.outbox.waiting)

    def requests(self, **where: Any) -> list[Any]:
        """The requests of the roster."""
        from apps.disbursement.models import PaymentRequest

        return list(PaymentRequest.objects.filter(region=self.roster.region, **where).order_by("pk"))


class Paying:
    """The stages, each for all banners; what is done already is left alone."""

    def __init__(self, households: int, most: int, folder: Path, workers: int) -> None:
        self.households, self.workers = households, workers
        self.banners = [Banner(roster, folder) for roster in rosters(most)]

    def draw_up(self) -> tuple[float, float, dict[str, Any]]:
        """Requests of at most 10,000 payees, handed in, watched and their money held; against the same rows by INSERT."""
        from django.db import connection

        from apps.disbursement.models import PaymentRow

        with connection.cursor() as cursor:
            cursor.execute("UPDATE subsidy_roster SET state = 'ready' WHERE state = 'draft'")
        product = self.each(_draw_up)
        assert PaymentRow.objects.count() == self.households
        made = bare("disbursement_paymentrow", "bare_row", "INSERT INTO bare_row SELECT * FROM disbursement_paymentrow")
        return product, made, {"requests": sum(len(banner.requests()) for banner in self.banners)}

    def vouchers(self) -> tuple[float, float, dict[str, Any]]:
        """Signed by three people, frozen, stamped and sent; against the same XML put together by one statement."""
        from django.db.models import Sum
        from django.db.models.functions import Length

        from apps.disbursement.models import OutMessage

        product = self.each(_sign)
        limit = bare(
            "disbursement_voucher", "bare_voucher", (harness.LIMITS / "subsidy_vouchers.sql").read_text(), keys=False
        )
        return product, limit, {"bytes": OutMessage.objects.aggregate(sum=Sum(Length("raw")))["sum"]}

    def receipts(self) -> tuple[float, float, dict[str, Any]]:
        """What the banks say of each payee kept, believed, spent and taken into the rosters; one in a thousand failed."""
        from apps.disbursement.models import InMessage
        from apps.subsidy.models import RosterLine

        before = self.households - RosterLine.objects.filter(outcome__in=("paid", "failed")).count()
        counterpart = self.each(Banner.bank)
        product = self.each(_receive)
        assert not InMessage.objects.exclude(state="done").exists()
        failed = RosterLine.objects.filter(outcome="failed").count()
        assert RosterLine.objects.filter(outcome="paid").count() + failed == self.households
        limit = by_hand("subsidy_receipts")
        return product, limit, {"answered": before, "failed": failed, "counterpart_seconds": round(counterpart, 1)}

    def reconcile(self) -> tuple[float, float, dict[str, Any]]:
        """Both statements of each account kept and compared with the ledger; rosters compared with their requests."""
        from apps.disbursement.models import DayBook, Difference, StatementEntry
        from apps.disbursement.services import reconciling
        from apps.subsidy.selfchecks import rosters as reconciled

        self.each(Banner.end_day)
        product = self.each(_receive)
        product += harness.timed(reconciling.reconcile_due) + harness.timed(reconciled)
        assert not Difference.objects.exists()
        matched = sum(DayBook.objects.values_list("matched", flat=True))
        return product, by_hand("subsidy_reconcile"), {
            "entries": StatementEntry.objects.count(), "matched": matched,
        }  # fmt: skip

    def each(self, work: Callable[[Banner], None]) -> float:
        """Seconds of the work on all banners by so many processes, as offices and workers do it beside each other."""
        from django.db import connections

        connections.close_all()  # a child has its own
        began = time.perf_counter()
        children = [
            get_context("fork").Process(target=_work, args=(work, self.banners[number :: self.workers]))
            for number in range(self.workers)
        ]
        for child in children:
            child.start()
        for child in children:
            child.join()
        assert not any(child.exitcode for child in children)
        return time.perf_counter() - began


def _work(work: Callable[[Banner], None], banners: list[Banner]) -> None:
    for banner in banners:
        work(banner)


def _draw_up(banner: Banner) -> None:
    from apps.disbursement import services
    from apps.ledger.models import Authority
    from apps.subsidy.services import payments

    authority = Authority.objects.select_related("balance", "unit", "project", "function", "department_economic").get(
        unit=banner.roster.unit, state="executable"
    )
    if banner.roster.lines.filter(outcome="waiting").exists():
        banner.roster.refresh_from_db()
        payments.draw_up_payments(banner.clerk, banner.roster, authority, banner.account)
    for request in banner.requests(state="draft"):
        services.submit_request(banner.clerk, request)
        assert request.state == "submitted", request.state


def _sign(banner: Banner) -> None:
    from apps.disbursement import services
    from apps.lowcode.models import Task, TaskState
    from apps.lowcode.services import tasks

    for request in banner.requests(state="submitted"):
        for signer in banner.signers:
            task = Task.objects.filter(user_id=signer.user_id, state=TaskState.OPEN).first()
            if task is not None:
                tasks.approve(signer, task)
        request.refresh_from_db()
        assert request.state == "approved", request.state
    services.send_due(banner.link, banner.line)


def _receive(banner: Banner) -> None:
    from apps.disbursement.services import exchange

    exchange.fetch(banner.link, banner.line)
    while exchange.settle_new(link=banner.link):
        pass


def bare(table: str, name: str, statement: str, *, keys: bool = True) -> float:
    """Seconds of a statement that writes into a bare copy of a table, without keys, triggers or history."""
    from django.db import connection

    indexes = "INCLUDING INDEXES" if keys else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {name}")
        cursor.execute(f"CREATE TABLE {name} (LIKE {table} INCLUDING DEFAULTS {indexes})")
        seconds = harness.timed(lambda: cursor.execute(statement))
        cursor.execute(f"DROP TABLE {name}")
    return seconds


def by_hand(name: str) -> float:
    """Seconds of the statements of a file, in a transaction that is taken back."""
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        text = (harness.LIMITS / f"{name}.sql").read_text()
        began = time.perf_counter()
        cursor.execute(text)
        seconds = time.perf_counter() - began
        transaction.set_rollback(True)
    return seconds
