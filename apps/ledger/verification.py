"""Whether the ledger is what it must be: everything replayed from its entries, in one snapshot, by set-based SQL.

Reads only. Each invariant is a statement that returns what breaks it, (key, words); none may return a row.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection, transaction

from apps.ledger.models import Balance, Reservation

SCOPE = re.compile(r"IN_SCOPE\((\w+)\)")
TRIGGERS = frozenset(
    {
        ("ledger_authority", "ledger_authority_authority_same"),
        ("ledger_authority", "ledger_authority_authority_stays"),
        ("ledger_authority", "ledger_authority_keys_changed"),
        ("ledger_authority", "ledger_documentline_authority_same"),
        ("ledger_authority", "ledger_documentline_authority_stays"),
        ("ledger_authoritydocument", "ledger_authority_authoritydocument_same"),
        ("ledger_authoritydocument", "ledger_authority_authoritydocument_stays"),
        ("ledger_authoritydocument", "ledger_documentline_authoritydocument_same"),
        ("ledger_authoritydocument", "ledger_documentline_authoritydocument_stays"),
        ("ledger_documentline", "ledger_documentline_keys_changed"),
        ("ledger_authority", "ledger_authority_elements"),
        ("ledger_authority", "ledger_authority_kept"),
        ("ledger_authority", "ledger_authority_keys_come"),
        ("ledger_authoritydocument", "ledger_authoritydocument_kept"),
        ("ledger_authoritydocument", "ledger_authoritydocument_scope"),
        ("ledger_authoritydocument", "ledger_document_kept"),
        ("ledger_balance", "ledger_balance_kept"),
        ("ledger_books", "ledger_books_kept"),
        ("ledger_books", "ledger_books_scope"),
        ("ledger_books", "ledger_closed_books_kept"),
        ("ledger_documentline", "ledger_documentline_keys_come"),
        ("ledger_documentline", "ledger_documentline_kept"),
        ("ledger_documentline", "ledger_lines_kept_changed"),
        ("ledger_documentline", "ledger_lines_kept_come"),
        ("ledger_documentline", "ledger_lines_kept_gone"),
        ("ledger_entry", "ledger_entry_balanced"),
        ("ledger_entry", "ledger_entry_kept"),
        ("ledger_entry", "ledger_entry_keys"),
        ("ledger_entry", "ledger_entry_totals"),
        ("ledger_posting", "ledger_posting_books"),
        ("ledger_posting", "ledger_posting_kept"),
        ("ledger_reservation", "ledger_reservation_kept"),
    }
)
CONSTRAINTS = frozenset(constraint.name for model in (Balance, Reservation) for constraint in model._meta.constraints)

BALANCED = """
SELECT coalesce(p.id, e.posting_id), concat_ws(' ', 'posting', coalesce(p.id, e.posting_id))
FROM ledger_posting p
FULL JOIN (SELECT posting_id, sum(side * amount) AS rest, sum(amount) FILTER (WHERE side = 1) AS debit
           FROM ledger_entry GROUP BY posting_id) e ON e.posting_id = p.id
WHERE (p.id IS NULL OR IN_SCOPE(p))
    AND (p.id IS NULL OR e.rest IS DISTINCT FROM 0 OR e.debit IS DISTINCT FROM p.total)
"""
BALANCED_IN_BOOKS = """
SELECT p.id, concat_ws(' ', 'posting', p.id, 'in', a.year_id, a.region_id, a.fund_id)
FROM ledger_entry e
JOIN ledger_posting p ON p.id = e.posting_id
JOIN ledger_authority a ON a.id = e.authority_id
WHERE IN_SCOPE(p)
GROUP BY p.id, a.year_id, a.region_id, a.fund_id
HAVING sum(e.side * e.amount) <> 0 OR (a.year_id, a.region_id) <> (p.year_id, p.region_id)
"""
# What an authority has stands on the account of its state, and on no other of the four.
REPLAYED = """
WITH replay AS (
    SELECT e.authority_id,
           coalesce(sum(e.side * e.amount) FILTER (WHERE c.role = 'unallocated'), 0) AS unallocated,
           coalesce(sum(e.side * e.amount) FILTER (WHERE c.role = 'pending'), 0) AS pending,
           coalesce(sum(e.side * e.amount) FILTER (WHERE c.role = 'executable'), 0) AS executable,
           coalesce(sum(e.side * e.amount) FILTER (WHERE c.role = 'sent'), 0) AS sent,
           coalesce(sum(e.side * e.amount) FILTER (WHERE c.role = 'reserved'), 0) AS reserved,
           coalesce(sum(e.side * e.amount) FILTER (WHERE c.role = 'spent'), 0) AS spent
    FROM ledger_entry e
    JOIN ledger_account c ON c.id = e.account_id
    JOIN ledger_authority a ON a.id = e.authority_id
    WHERE IN_SCOPE(a)
    GROUP BY e.authority_id
)
SELECT a.id, concat_ws(' ', 'authority', a.id)
FROM ledger_authority a
LEFT JOIN ledger_balance b ON b.authority_id = a.id
LEFT JOIN replay r ON r.authority_id = a.id
WHERE IN_SCOPE(a) AND (
    b.authority_id IS NULL OR r.authority_id IS NULL
    OR (r.unallocated, r.pending, r.executable, r.sent, r.reserved, r.spent) IS DISTINCT FROM (
        CASE a.state WHEN 'unallocated' THEN b.available ELSE 0 END,
        CASE a.state WHEN 'pending' THEN b.available ELSE 0 END,
        CASE a.state WHEN 'executable' THEN b.available ELSE 0 END,
        CASE a.state WHEN 'sent' THEN b.available ELSE 0 END,
        b.reserved, b.spent
    )
)
"""
FROM_LINES = """
WITH posted AS (
    SELECT l.uid, l.origin_id, l.target_id, l.amount
    FROM ledger_documentline l JOIN ledger_authoritydocument d ON d.id = l.document_id AND d.state = 'posted'
), moved AS (
    SELECT ends.id, sum(ends.made) AS made, sum(ends.more) AS more, sum(ends.less) AS less
    FROM (
        SELECT a.id, CASE WHEN a.uid = l.uid THEN l.amount ELSE 0 END AS made,
               CASE WHEN a.uid = l.uid OR l.origin_id IS NOT DISTINCT FROM l.target_id THEN 0 ELSE l.amount END AS more,
               0 AS less
        FROM posted l JOIN ledger_authority a ON a.id = l.target_id WHERE IN_SCOPE(a)
        UNION ALL
        SELECT a.id, 0, 0, l.amount
        FROM posted l JOIN ledger_authority a ON a.id = l.origin_id
        WHERE IN_SCOPE(a) AND l.origin_id IS DISTINCT FROM l.target_id
    ) ends
    GROUP BY ends.id
)
SELECT a.id, concat_ws(' ', 'authority', a.id)
FROM ledger_authority a
LEFT JOIN ledger_balance b ON b.authority_id = a.id
LEFT JOIN moved m ON m.id = a.id
WHERE IN_SCOPE(a) AND (m.made, m.more, m.less) IS DISTINCT FROM (b.amount, b.increased, b.decreased)
"""
RESERVED = """
WITH held AS (
    SELECT r.authority_id, sum(r.amount) AS held, sum(r.spent + r.released) AS gone, sum(r.spent) AS spent,
           sum(r.refunded) AS refunded
    FROM ledger_reservation r JOIN ledger_authority a ON a.id = r.authority_id
    WHERE IN_SCOPE(a)
    GROUP BY r.authority_id
), booked AS (
    SELECT e.authority_id,
           coalesce(sum(e.amount) FILTER (WHERE c.role = 'reserved' AND e.side = 1), 0) AS held,
           coalesce(sum(e.amount) FILTER (WHERE c.role = 'reserved' AND e.side = -1), 0) AS gone,
           coalesce(sum(e.amount) FILTER (WHERE c.role = 'spent' AND e.side = 1), 0) AS spent,
           coalesce(sum(e.amount) FILTER (WHERE c.role = 'spent' AND e.side = -1), 0) AS refunded
    FROM ledger_entry e
    JOIN ledger_account c ON c.id = e.account_id AND c.role IN ('reserved', 'spent')
    JOIN ledger_authority a ON a.id = e.authority_id
    WHERE IN_SCOPE(a)
    GROUP BY e.authority_id
)
SELECT coalesce(h.authority_id, k.authority_id), concat_ws(' ', 'authority', coalesce(h.authority_id, k.authority_id))
FROM held h FULL JOIN booked k ON k.authority_id = h.authority_id
WHERE (h.held, h.gone, h.spent, h.refunded) IS DISTINCT FROM (k.held, k.gone, k.spent, k.refunded)
"""
TRANSFERRED = """
WITH sent AS (
    SELECT p.document_id AS document, a.receiving_region_id AS region_id, sum(e.side * e.amount) AS amount
    FROM ledger_entry e
    JOIN ledger_account c ON c.id = e.account_id AND c.role = 'sent'
    JOIN ledger_posting p ON p.id = e.posting_id
    JOIN ledger_authority a ON a.id = e.authority_id
    GROUP BY 1, 2
), received AS (
    SELECT d.upper_id AS document, p.region_id, sum(-e.side * e.amount) AS amount
    FROM ledger_entry e
    JOIN ledger_account c ON c.id = e.account_id AND c.role = 'revenue'
    JOIN ledger_posting p ON p.id = e.posting_id
    JOIN ledger_authoritydocument d ON d.id = p.document_id AND d.upper_id IS NOT NULL
    GROUP BY 1, 2
)
SELECT coalesce(s.document, r.document),
       concat_ws(' ', 'document', coalesce(s.document, r.document), 'to', coalesce(s.region_id, r.region_id))
FROM sent s FULL JOIN received r ON r.document = s.document AND r.region_id = s.region_id
LEFT JOIN ledger_authoritydocument u ON u.id = coalesce(s.document, r.document)
WHERE s.amount IS DISTINCT FROM r.amount AND (
    u.id IS NULL OR IN_SCOPE(u)
    OR (coalesce(s.region_id, r.region_id) = %(region)s AND (%(year)s::int IS NULL OR u.year_id = %(year)s))
)
UNION ALL
SELECT d.id, concat_ws(' ', 'document', d.id, 'without the number of', u.id)
FROM ledger_authority a
JOIN ledger_authoritydocument d ON d.id = a.document_id
JOIN ledger_authoritydocument u ON u.id = d.upper_id
WHERE IN_SCOPE(d) AND a.upper_document_number <> u.number
"""
CARRIED = """
WITH cleared AS (
    SELECT p.region_id, p.year_id + 1 AS year_id, sum(p.total) AS amount
    FROM ledger_posting p JOIN ledger_authoritydocument d ON d.id = p.document_id AND d.kind = 'carry_over'
    WHERE p.event IN ('clear_exec', 'clear_pend', 'clear_unal')
    GROUP BY 1, 2
), forward AS (
    SELECT p.region_id, p.year_id, sum(p.total) AS amount
    FROM ledger_posting p
    WHERE p.event IN ('fwd_exec', 'fwd_pend', 'fwd_unal')
    GROUP BY 1, 2
), both_years AS (
    SELECT coalesce(c.region_id, f.region_id) AS region_id, coalesce(c.year_id, f.year_id) AS year_id,
           c.amount AS cleared, f.amount AS forward
    FROM cleared c FULL JOIN forward f ON f.region_id = c.region_id AND f.year_id = c.year_id
)
SELECT b.region_id, concat_ws(' ', 'region', b.region_id, 'into', b.year_id)
FROM both_years b WHERE IN_SCOPE(b) AND b.cleared IS DISTINCT FROM b.forward
"""
PROJECTS = """
SELECT j.id, concat_ws(' ', 'project', j.code, 'in', a.year_id)
FROM ledger_authority a
JOIN ledger_balance b ON b.authority_id = a.id
JOIN projects_project j ON j.id = a.project_id
WHERE IN_SCOPE(a) AND a.state = 'executable'
GROUP BY j.id, j.code, j.total, j.reviewed, a.year_id
HAVING sum(b.amount + b.increased - b.decreased) > least(j.total, j.reviewed)
"""
USED = """
SELECT r.id, concat_ws(' ', 'reservation', r.key)
FROM ledger_reservation r
LEFT JOIN ledger_authority a ON a.id = r.authority_id
LEFT JOIN ledger_posting p ON p.id = r.posting_id
WHERE (a.id IS NULL OR IN_SCOPE(a)) AND (
    a.state IS DISTINCT FROM 'executable' OR a.unit_id IS NULL
    OR (p.event, p.key, p.total, p.year_id, p.region_id, p.unit_id)
        IS DISTINCT FROM ('reserved', r.key, r.amount, a.year_id, a.region_id, a.unit_id)
)
"""
IN_OPEN_BOOKS = """
SELECT p.id, concat_ws(' ', 'posting', p.id)
FROM ledger_posting p
LEFT JOIN ledger_books b ON b.region_id = p.region_id AND b.year_id = p.year_id
WHERE IN_SCOPE(p) AND (b.id IS NULL OR p.posted_at > b.closed_at)
"""
CLOSED = """
WITH nowhere AS (
    SELECT a.region_id, a.year_id, sum(e.side * e.amount) AS amount
    FROM ledger_entry e
    JOIN ledger_account c ON c.id = e.account_id AND c.role = 'carry_over'
    JOIN ledger_authority a ON a.id = e.authority_id
    GROUP BY 1, 2
), rest AS (
    SELECT a.region_id, a.year_id, sum(b.reserved + CASE a.state WHEN 'sent' THEN 0 ELSE b.available END) AS amount
    FROM ledger_balance b JOIN ledger_authority a ON a.id = b.authority_id
    GROUP BY 1, 2
)
SELECT b.id, concat_ws(' ', 'books of', b.region_id, 'in', b.year_id)
FROM ledger_books b
LEFT JOIN nowhere n ON n.region_id = b.region_id AND n.year_id = b.year_id
LEFT JOIN rest r ON r.region_id = b.region_id AND r.year_id = b.year_id
WHERE IN_SCOPE(b) AND b.state = 'closed' AND (coalesce(n.amount, 0) <> 0 OR coalesce(r.amount, 0) <> 0)
"""
TOTALS = """
WITH booked AS (
    SELECT p.region_id, p.year_id, e.account_id, coalesce(sum(e.amount) FILTER (WHERE e.side = 1), 0) AS debit,
           coalesce(sum(e.amount) FILTER (WHERE e.side = -1), 0) AS credit
    FROM ledger_entry e JOIN ledger_posting p ON p.id = e.posting_id
    WHERE IN_SCOPE(p)
    GROUP BY 1, 2, 3
), told AS (
    SELECT t.region_id, t.year_id, t.account_id, sum(t.debit) AS debit, sum(t.credit) AS credit
    FROM ledger_accounttotal t WHERE IN_SCOPE(t)
    GROUP BY 1, 2, 3
)
SELECT coalesce(b.region_id, t.region_id), concat_ws(' ', 'account', c.code, 'of', coalesce(b.region_id, t.region_id), 'in',
                                                     coalesce(b.year_id, t.year_id))
FROM booked b FULL JOIN told t ON (t.region_id, t.year_id, t.account_id) = (b.region_id, b.year_id, b.account_id)
JOIN ledger_account c ON c.id = coalesce(b.account_id, t.account_id)
WHERE (coalesce(b.debit, 0), coalesce(b.credit, 0)) <> (coalesce(t.debit, 0), coalesce(t.credit, 0))
"""
GUARDED = """
SELECT 0, w.words
FROM (
    SELECT concat_ws(' ', 'trigger', t.name, 'on', t.of_table) AS words
    FROM unnest(%(tables)s::text[], %(triggers)s::text[]) AS t (of_table, name)
    WHERE NOT EXISTS (SELECT FROM pg_trigger g
                      WHERE g.tgrelid = to_regclass(t.of_table) AND g.tgname = t.name AND g.tgenabled IN ('O', 'A'))
    UNION ALL
    SELECT concat_ws(' ', 'constraint', c.name) FROM unnest(%(constraints)s::text[]) AS c (name)
    WHERE NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conname = c.name AND k.convalidated)
    UNION ALL
    SELECT 'triggers are switched off by session_replication_role'
    WHERE current_setting('session_replication_role') = 'replica'
) w
"""
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
