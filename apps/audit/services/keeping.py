"""Months: made ahead, closed when they are over, written to a file, and removed when their term has ended."""

import gzip
import json
import os
from datetime import date, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from apps.audit.models import Block, Month, Record
from apps.audit.selectors import sealed
from apps.audit.services.sealing import clockwork, seal_records
from apps.evidence import services as evidence
from imbudget.kit.crypto import sm3_of_file

AHEAD = 3  # months
CLOSES_AFTER = timedelta(days=1)  # no transaction is open for so long


class NotRemoved(Exception):
    """A month stays in the database; the text says why, for the operator."""


def open_months() -> int:
    """Make the months ahead, and take what none of them took into its month; returns how many were made."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '5s'")  # acts wait for no clock
        cursor.execute("SELECT audit_open_months(%s)", [AHEAD])
        return int(cursor.fetchone()[0])


def close_months() -> list[Month]:
    """Close the months that are over and sealed: their digest goes to the evidence."""
    seal_records()
    over = timezone.localdate(timezone.now() - CLOSES_AFTER).replace(day=1)
    known = Month.objects.values("month")
    wanted = Block.objects.filter(month__lt=over).exclude(month__in=known).order_by("month")
    return [_close(month) for month in wanted.values_list("month", flat=True).distinct()]


@transaction.atomic
def _close(month: date) -> Month:
    rows, digest = sealed.digest_of_month(month)
    closed = Month.objects.create(month=month, rows=rows, digest=digest, closed_at=timezone.now())
    evidence.append("audit.month_closed", closed, clockwork(), rows=rows, digest=digest)
    return closed


def export_month(month: Month) -> Path:
    """Write a closed month to its file (JSON lines, packed). Raises NotRemoved where its records are not as sealed."""
    problems = sealed.verify(month.month).problems
    if problems:
        raise NotRemoved(f"{month} does not verify: {problems[0]} ({len(problems)} problems)")
    folder = Path(settings.AUDIT_ARCHIVE)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    goal, part = folder / f"audit-{month}.jsonl.gz", folder / f"audit-{month}.part"
    _write(month.month, part)
    os.replace(part, goal)
    with transaction.atomic():
        month.file, month.file_digest = goal.name, sm3_of_file(goal)
        month.save(update_fields=["file", "file_digest"])
        evidence.append(
            "audit.month_exported", month, clockwork(), rows=month.rows, digest=month.digest, file=month.file_digest
        )
    return goal


def _write(month: date, path: Path) -> None:
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as raw:
        with gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as packed:
            packed.write((json.dumps(sealed.COLUMNS) + "\n").encode())
            for first, last in Block.objects.filter(month=month).order_by("first").values_list("first", "last"):
                for _number, text in sealed.texts_of(month, first, last):
                    packed.write(text.encode() + b"\n")
        raw.flush()
        os.fsync(raw.fileno())


def remove_month(month: Month) -> None:
    """Drop a month whose term has ended and whose file is sound. Raises NotRemoved."""
    path = Path(settings.AUDIT_ARCHIVE) / month.file
    if not is_due(month):
        raise NotRemoved(f"{month} is kept: its term of {settings.AUDIT_KEEP_MONTHS} months has not ended")
    if not month.file or not path.is_file() or sm3_of_file(path) != month.file_digest:
        raise NotRemoved(f"{month} is kept: its file is not in {settings.AUDIT_ARCHIVE} as it was written")
    problems = sealed.verify_file(path, month.month)
    if problems:
        raise NotRemoved(f"{month} is kept: its file does not hold what was sealed: {problems[0]}")
    _remove(month)


@transaction.atomic
def _remove(month: Month) -> None:
    since, until = sealed.bounds(month.month)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '5s'")  # a long look at the log goes first; the clock comes again
        cursor.execute("LOCK TABLE audit_record IN ACCESS EXCLUSIVE MODE")
        stand = Record.objects.filter(recorded_at__gte=since, recorded_at__lt=until).order_by().count()
        if stand != month.rows:
            raise NotRemoved(f"{month} is kept: it has {stand} records, and {month.rows} were sealed")
        cursor.execute(f"DROP TABLE audit_record_{month.month:%Y_%m}")
    month.dropped_at = timezone.now()
    month.save(update_fields=["dropped_at"])
    evidence.append(
        "audit.month_dropped", month, clockwork(), rows=month.rows, digest=month.digest, file=month.file_digest
    )


def is_due(month: Month) -> bool:
    """Whether the month ended so many whole months ago as records are kept."""
    today = timezone.localdate()
    whole = (today.year - month.month.year) * 12 + today.month - month.month.month
    return whole > settings.AUDIT_KEEP_MONTHS


def keep() -> list[str]:
    """All that the clock does each night; returns what could not be done, for the operator."""
    refused: list[str] = []
    open_months()
    close_months()
    for month in Month.objects.filter(dropped_at=None).order_by("month"):
        if is_due(month):
            try:
                if not month.file:
                    export_month(month)
                remove_month(month)
            except NotRemoved as error:
                refused.append(str(error))
    return refused
