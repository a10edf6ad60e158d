"""Whether the ledger is what it must be: everything replayed from its entries, in one snapshot, by set-based SQL.

Reads only. Each invariant is a statement that returns what breaks it, (key, words); none may return a row.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection, transaction

from apps.ledger.verification.between import CARRIED, PROJECTS, TRANSFERRED, USED
from apps.ledger.verification.books import CLOSED, IN_OPEN_BOOKS
from apps.ledger.verification.entries import BALANCED, BALANCED_IN_BOOKS, FROM_LINES, REPLAYED, RESERVED, TOTALS
from apps.ledger.verification.guards import CONSTRAINTS, GUARDED, TRIGGERS

SCOPE = re.compile(r"IN_SCOPE\((\w+)\)")
FIRST = "SELECT words, count(*) OVER () FROM (FOUND) AS found (key, words) ORDER BY key LIMIT 5"


@dataclass(frozen=True, slots=True)
class Invariant:
    """Something that is always true of the ledger; `sql` returns what it is not true of."""

    name: str
    sentence: str
    sql: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What became of an invariant: how much breaks it, and the first of that."""

    invariant: Invariant
    count: int = 0
    first: Sequence[str] = ()

    def __str__(self) -> str:
        head = f"{self.invariant.name} {self.invariant.sentence}"
        return f"{head}: {self.count} broken: {'; '.join(self.first)}" if self.count else f"{head}: ok"


INVARIANTS = (
    Invariant("I1", "debit equals credit and the total of each posting", BALANCED),
    Invariant("I1", "debit equals credit in each year, region and fund", BALANCED_IN_BOOKS),
    Invariant("I2", "what is available, applied for and paid is what the entries come to", REPLAYED),
    Invariant("I2", "amount, increases and decreases are those of posted documents", FROM_LINES),
    Invariant("I2", "reservations hold and have paid what the entries say", RESERVED),
    Invariant("I2", "the totals of accounts are what the entries come to", TOTALS),
    Invariant("I3", "what a region sent is what the regions below received, under its number", TRANSFERRED),
    Invariant("I4", "triggers and constraints keep what was posted", GUARDED),
    Invariant("I6", "what was brought forward is what was carried over", CARRIED),
    Invariant("I7", "no project has more authority in a year than it may get", PROJECTS),
    Invariant("I8", "only executable authority of a unit is applied for", USED),
    Invariant("books", "every posting stands in books that were open", IN_OPEN_BOOKS),
    Invariant("books", "closed books have nothing left, and nothing on the carry-over account", CLOSED),
)


def verify(region_id: int | None = None, year: int | None = None) -> list[Finding]:
    """Look at every invariant, in the books of a region or a year only where one is given."""
    tables, triggers = zip(*sorted(TRIGGERS), strict=True)
    values = {
        "region": region_id,
        "year": year,
        "tables": list(tables),
        "triggers": list(triggers),
        "constraints": sorted(CONSTRAINTS),
    }
    findings = []
    with transaction.atomic(), connection.cursor() as cursor:
        if not connection.savepoint_ids:  # otherwise the caller's transaction has begun already
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        for invariant in INVARIANTS:
            cursor.execute(_first(invariant.sql), values)
            rows = cursor.fetchall()
            findings.append(Finding(invariant, rows[0][1] if rows else 0, [words for words, _count in rows]))
    return findings


def _first(statement: str) -> str:
    """The first of what a statement returns, and how much it is."""
    scoped = SCOPE.sub(
        r"((%(region)s::bigint IS NULL OR \1.region_id = %(region)s)"
        r" AND (%(year)s::int IS NULL OR \1.year_id = %(year)s))",
        statement,
    )
    return FIRST.replace("FOUND", scoped)
