"""Records as they are sealed: what PostgreSQL prints of a row, hashed with SM3; and whether they still are so."""

import gzip
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.models import Max
from django.utils import timezone

from apps.audit.models import Block, Month, Record
from apps.evidence.models import Entry
from imbudget.kit.crypto import sm3

COLUMNS = (
    *("id", "recorded_at", "kind", "succeeded", "actor_id", "actor_name", "post_label", "address", "region_code"),
    *("subject_type", "subject_id", "subject_label", "reason", "facts", "trace"),
)
# The time in microseconds since 1970, so that no setting of the session decides how it is printed.
TEXT = """
SELECT id, jsonb_build_array(
    id, (extract(epoch FROM recorded_at) * 1000000)::bigint, kind, succeeded, actor_id, actor_name, post_label, address,
    region_code, subject_type, subject_id, subject_label, reason, facts, trace
)::text
FROM audit_record WHERE recorded_at >= %s AND recorded_at < %s AND id BETWEEN %s AND %s ORDER BY id
"""
MONTHS = """
SELECT DISTINCT date_trunc('month', recorded_at AT TIME ZONE %s)::date FROM audit_record
WHERE id BETWEEN %s AND %s ORDER BY 1
"""
LEAF = struct.Struct(">q8s")
PART = 500  # blocks whose evidence is read together
NAMED = 5  # records of a block that are named one by one


@dataclass(slots=True)
class Verification:
    """How much was looked at, what is not sealed yet, and what is wrong."""

    rows: int = 0
    blocks: int = 0
    unsealed: int = 0
    problems: list[str] = field(default_factory=list)


def bounds(month: date) -> tuple[datetime, datetime]:
    """When a month begins, and when the next one does."""
    following = (month.replace(day=1) + timedelta(days=32)).replace(day=1)
    zone = timezone.get_default_timezone()
    return (
        datetime(month.year, month.month, 1, tzinfo=zone),
        datetime(following.year, following.month, 1, tzinfo=zone),
    )


def texts_of(month: date, first: int, last: int) -> list[tuple[int, str]]:
    """(number, what is hashed) of the records of a month with these numbers, in their order."""
    with connection.cursor() as cursor:
        cursor.execute(TEXT, [*bounds(month), first, last])
        rows: list[tuple[int, str]] = cursor.fetchall()
    return rows


def months_among(first: int, last: int) -> list[date]:
    """The months to which the records with these numbers belong."""
    with connection.cursor() as cursor:
        cursor.execute(MONTHS, [timezone.get_default_timezone_name(), first, last])
        return [row[0] for row in cursor.fetchall()]


def leaf_of(number: int, text: str) -> bytes:
    """The number of a record with the beginning of its digest."""
    return LEAF.pack(number, sm3(text.encode())[:8])


def leaves_of(month: date, first: int, last: int) -> bytes:
    """What a block keeps of its records."""
    return b"".join(leaf_of(number, text) for number, text in texts_of(month, first, last))


def digest_of_month(month: date) -> tuple[int, str]:
    """(rows, digest over its blocks) of a month."""
    blocks = list(Block.objects.filter(month=month).order_by("pk").values_list("rows", "digest"))
    return sum(rows for rows, _digest in blocks), sm3(b"".join(bytes(digest) for _rows, digest in blocks)).hex()


def lines_of_file(path: Path) -> Iterator[tuple[int, str]]:
    """(number, what is hashed) of each record in the file of a month."""
    with gzip.open(path, "rt", encoding="utf-8", newline="\n") as file:
        next(file, None)  # the names of the columns
        for line in file:
            text = line.rstrip("\n")
            yield int(text[1 : text.index(",")]), text


def told_of(event: str, keys: Iterable[Any]) -> dict[str, list[Entry]]:
    """What the evidence says of some blocks or months: key → entries."""
    found: dict[str, list[Entry]] = {}
    for entry in Entry.objects.filter(event=event, subject_id__in=[str(key) for key in keys]).order_by("pk"):
        found.setdefault(entry.subject_id, []).append(entry)
    return found


def confirms(entries: list[Entry], digest: str) -> bool:
    """Whether the evidence knows this digest, and no other: a second entry would be a way to replace the first."""
    return len(entries) == 1 and entries[0].is_genuine and entries[0].facts.get("digest") == digest


def verify(month: date | None = None, newest: int = 0) -> Verification:
    """Recompute what is sealed and compare; of one month, of the `newest` blocks only, or of everything.

    Names each record that was changed, removed or added after it was sealed, and each block that is not what stands in
    the evidence. Months that have left the database are compared with what the evidence says of them.
    """
    return _Verifier().run(month, newest)


class _Verifier:
    def __init__(self) -> None:
        self.result = Verification()
        self.left = dict(Month.objects.exclude(dropped_at=None).values_list("month", "digest"))

    def run(self, month: date | None, newest: int) -> Verification:
        blocks = Block.objects.order_by("pk")
        blocks = blocks.filter(month=month) if month else blocks
        keys = list(blocks.values_list("pk", flat=True))
        keys = keys[-newest:] if newest else keys
        for place in range(0, len(keys), PART):
            part = keys[place : place + PART]
            entries = told_of("audit.sealed", part)
            for pk in part:
                self._block(Block.objects.get(pk=pk), entries.get(str(pk), []))
        if not month and not newest:
            self._evidence()
            self._ranges()
        self._months(month)
        last = Block.objects.aggregate(last=Max("last"))["last"] or 0
        self.result.unsealed = Record.objects.filter(pk__gt=last).order_by()[:100_000].count()
        return self.result

    def _block(self, block: Block, entries: list[Entry]) -> None:
        self.result.blocks += 1
        leaves = bytes(block.leaves)
        if sm3(leaves) != bytes(block.digest) or len(leaves) != LEAF.size * block.rows:
            self._say(f"block {block.pk} ({block}): it is not what was sealed")
        if not confirms(entries, bytes(block.digest).hex()):
            self._say(f"block {block.pk} ({block}): the evidence knows it otherwise or not at all")
        if block.month not in self.left:
            self._rows(block, dict(LEAF.iter_unpack(leaves)))

    def _rows(self, block: Block, sealed: dict[int, bytes]) -> None:
        stand = dict(
            LEAF.iter_unpack(b"".join(leaf_of(*row) for row in texts_of(block.month, block.first, block.last)))
        )
        self.result.rows += len(stand)
        found = {
            "was removed": sealed.keys() - stand.keys(),
            "was added": stand.keys() - sealed.keys(),
            "was changed": {number for number in sealed.keys() & stand.keys() if sealed[number] != stand[number]},
        }
        for what, numbers in found.items():
            for number in sorted(numbers)[:NAMED]:
                self._say(f"record {number} of {block.month:%Y-%m} {what}")
            if len(numbers) > NAMED:
                self._say(f"{len(numbers) - NAMED} more records of {block} each {what}")

    def _evidence(self) -> None:
        known = set(Entry.objects.filter(event="audit.sealed").values_list("subject_id", flat=True))
        for pk in sorted(known - {str(pk) for pk in Block.objects.values_list("pk", flat=True)}):
            self._say(f"block {pk} was removed: the evidence knows it")

    def _ranges(self) -> None:
        """Each range begins where the one before ends, and holds records of no month but those sealed with it."""
        ranges: dict[tuple[int, int], set[date]] = {}
        for first, last, month in Block.objects.order_by("first").values_list("first", "last", "month"):
            ranges.setdefault((first, last), set()).add(month)
        before = 0
        for (first, last), months in ranges.items():
            if first != before + 1:
                self._say(f"records {before + 1} to {first - 1} are in no block")
            for month in set(months_among(first, last)) - months:
                self._say(f"records {first} to {last}: some of {month:%Y-%m} were added or dated back")
            before = last

    def _months(self, wanted: date | None) -> None:
        months = Month.objects.filter(month=wanted) if wanted else Month.objects.all()
        for month in months:
            event = "audit.month_dropped" if month.dropped_at else "audit.month_closed"
            if (month.rows, month.digest) != digest_of_month(month.month):
                self._say(f"month {month}: its parts are not those that it was closed with")
            if not confirms(told_of(event, [month.pk]).get(str(month.pk), []), month.digest):
                self._say(f"month {month}: the evidence knows it otherwise or not at all")

    def _say(self, problem: str) -> None:
        self.result.problems.append(problem)


def verify_file(path: Path, month: date) -> list[str]:
    """Whether the file of a month holds exactly the records that were sealed; what is wrong, first things first."""
    sealed: dict[int, bytes] = {}
    for leaves in Block.objects.filter(month=month).values_list("leaves", flat=True):
        sealed |= dict(LEAF.iter_unpack(bytes(leaves)))
    problems = []
    for number, text in lines_of_file(path):
        if sealed.pop(number, None) != sm3(text.encode())[:8]:
            problems.append(f"record {number} is not as it was sealed")
    return problems + [f"record {number} is missing" for number in sorted(sealed)]
