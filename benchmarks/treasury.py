"""What comes from a treasury, at full size: a receipt of ten thousand payees in either dialect, and a long statement.

    python -m benchmarks.treasury [--payees 10000] [--megabytes 500]

`treasury.receipt.*`: seconds to take a receipt into account, against one tenth of its payees (linear: ten times as long).
`treasury.statement`: seconds to keep a camt.053 that comes over the line and to write its bookings, against COPY of the same
rows; `own_seconds` is the processor time of this process, which no other work stretches, `peak_mib` the most memory that it has
ever taken, `more_mib` how much of that came by the statement.
"""

import argparse
import resource
import time
from decimal import Decimal
from tempfile import TemporaryFile
from typing import Any, BinaryIO

from benchmarks import harness

TENTH = 10


def main() -> None:
    """Fill, and print the claims."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--payees", type=int, default=10_000)
    parser.add_argument("--megabytes", type=int, default=500)
    asked = parser.parse_args()
    with harness.server():
        from django.test import override_settings
        from django.test.utils import setup_test_environment

        setup_test_environment()
        with override_settings(SIGNING_KEY=b"\x05" * 32):
            long_statement(asked.megabytes)
            for dialect in ("mof", "iso"):
                receipts(dialect, asked.payees)


def receipts(dialect: str, payees: int) -> None:
    """A tenth of the payees, then all of them."""
    from apps.disbursement import services
    from apps.disbursement.models import InMessage, PaymentRequest
    from apps.disbursement.sandbox.stamps import SandboxStamp
    from apps.disbursement.services import exchange
    from apps.disbursement.tests.factories import row
    from apps.disbursement.tests.sandboxed import DeskLine, desk

    treasury = bench_treasury(dialect)
    line, seconds = DeskLine(desk()), {}
    line.desk.sign = SandboxStamp("07" * 32).sign
    for count in (payees // TENTH, payees):
        request = treasury.approved(*(row("1.00", number=number) for number in range(count)))
        services.send_due(treasury.link, line)
        services.fetch(treasury.link, line)
        began = time.perf_counter()
        exchange.settle_new()
        seconds[count] = time.perf_counter() - began
        assert PaymentRequest.objects.get(pk=request.pk).state == "paid", InMessage.objects.latest("pk").trouble
    few, many = seconds.values()
    harness.report(f"treasury.receipt.{dialect}", many, few * TENTH, payees=payees)


def bench_treasury(dialect: str) -> Any:
    """One treasury of the world, which speaks this dialect from now on."""
    from apps.budget.tests.factories import World, make_world
    from apps.disbursement.models import TreasuryLink
    from apps.disbursement.sandbox.stamps import SandboxStamp
    from apps.disbursement.tests.factories import Treasury

    if not KEPT:
        make: Any = getattr(make_world, "__wrapped__", make_world)
        world: World = make()
        treasury = Treasury(world, dialect, "90000.00")
        treasury.connect(stamp_key=SandboxStamp("07" * 32).public_key)
        KEPT.append(treasury)
    TreasuryLink.objects.update(dialect=dialect)
    KEPT[0].link.refresh_from_db()
    return KEPT[0]


KEPT: list[Any] = []


def long_statement(megabytes: int) -> None:
    """Kept, read and written; nothing of it may stand in memory."""
    from django.db import connection

    from apps.disbursement.models import BankStatement, InMessage
    from apps.disbursement.services import exchange, statements

    treasury = bench_treasury("iso")
    with TemporaryFile() as file:
        count = write(file, treasury.account.number, megabytes * 1_000_000)
        size, before = file.tell(), peak()
        began, worked = time.perf_counter(), time.process_time()
        exchange.keep(treasury.link, file)
        kept = time.perf_counter() - began
        exchange.settle_new()
        whole, worked = time.perf_counter() - began, time.process_time() - worked
    most, message = peak(), InMessage.objects.latest("pk")
    assert message.state == "done", message.trouble
    assert BankStatement.objects.get().entries_count == count
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE again (LIKE disbursement_statemententry INCLUDING ALL)")
        columns = ", ".join(statements.COLUMNS)
        cursor.execute(f"SELECT {columns} FROM disbursement_statemententry")
        rows = cursor.fetchall()
        began = time.perf_counter()
        with cursor.copy(f"COPY again ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        copied = time.perf_counter() - began
    facts = {"bytes": size, "bookings": count, "kept_seconds": round(kept, 1), "own_seconds": round(worked, 1)}
    facts |= {"peak_mib": most >> 10, "more_mib": (most - before) >> 10}
    harness.report("treasury.statement", whole, copied, **facts)


def peak() -> int:
    """The most memory that this process has ever taken, KiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def write(file: BinaryIO, account: str, size: int) -> int:
    """A camt.053 of about so many bytes; the number of its bookings."""
    from django.utils import timezone

    from apps.disbursement.sandbox import iso
    from apps.disbursement.sandbox.accounts import Movement

    day, amount = timezone.localdate(), Decimal("1.00")
    one = Movement(account, day, amount, "V" * 20, "P" * 20, "B" * 20, payee="6228480100000000001", payee_name="牧户")
    length = len(iso._entry(one).encode())
    count = size // length
    head, tail = parts(account, amount * count)
    file.write(head)
    for number in range(count):
        file.write(iso._entry(one).replace("P" * 20, f"P{number:019}").encode())
    file.write(tail)
    return count


def parts(account: str, opening: Decimal) -> tuple[bytes, bytes]:
    """What stands before and behind the bookings of a statement that takes all of `opening` out."""
    from django.utils import timezone

    from apps.disbursement.sandbox import iso
    from apps.disbursement.sandbox.accounts import Movement

    day = timezone.localdate()
    all_of_it = Movement(account, day, opening, "V", "P", "B")
    whole = iso.statement("D1", account, day, timezone.localtime(), opening, [all_of_it]).decode()
    head, _cut, rest = whole.partition("<Ntry>")
    return head.encode(), rest.partition("</Ntry>")[2].encode()


if __name__ == "__main__":
    main()
