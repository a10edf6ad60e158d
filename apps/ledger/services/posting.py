"""Posting a document: all its lines in a few statements, whether they are two or a million.

Locks are taken in one order: the document's case, the document, projects by key, books by year and region (advisory,
shared; who closes books takes theirs alone), balances by key.
"""

from collections.abc import Iterator
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from apps.evidence import services as evidence
from apps.ledger.models import (
    AuthorityDocument,
    DocumentKind,
    Elements,
)
from apps.ledger.moves import BOOKINGS
from apps.ledger.services.errors import worded
from apps.ledger.services.linerules import PLAN, PLAN_BACK
from apps.ledger.transitions import DOCUMENT
from imbudget.kit.actor import Actor
from imbudget.kit.errors import RuleViolation
from imbudget.kit.transitions import advance

COLUMNS = tuple(str(field.column) for field in Elements._meta.local_fields)
LISTED = ", ".join(COLUMNS)

LOCK_BOOKS = """
SELECT count(pg_advisory_xact_lock_shared(place.year_id::int, place.region_id::int)) FROM (
    SELECT year_id, region_id FROM ledger_authoritydocument WHERE id = %(document)s
    UNION SELECT year_id, region_id FROM ledger_documentline WHERE document_id = %(document)s
    UNION SELECT l.year_id, l.receiving_region_id
        FROM ledger_documentline l JOIN ledger_authoritydocument d ON d.id = l.document_id AND d.kind = 'transfer'
        WHERE l.document_id = %(document)s AND l.receiving_region_id IS NOT NULL
    ORDER BY 1, 2
) AS place
"""
LOCK_BALANCES = """
SELECT b.authority_id FROM ledger_balance b
WHERE b.authority_id IN (
    SELECT origin_id FROM ledger_documentline WHERE document_id = %(document)s AND origin_id IS NOT NULL
    UNION SELECT target_id FROM ledger_documentline WHERE document_id = %(document)s AND target_id IS NOT NULL
)
ORDER BY b.authority_id FOR NO KEY UPDATE OF b
"""
MAKE = f"""
INSERT INTO ledger_authority ({LISTED}, uid, league_id, state, origin_id, document_id, summary, created_at)
SELECT {", ".join(f"l.{column}" for column in COLUMNS)}, l.uid, r.league_id, l.target_state, l.origin_id,
       l.document_id, l.summary, clock_timestamp()
FROM ledger_documentline l JOIN regions_region r ON r.id = l.region_id
WHERE l.document_id = %(document)s AND l.target_id IS NULL AND l.target_state <> ''
ORDER BY l.number
"""  # noqa: S608 - columns of the model
# The state each line's money was in, kept before anything moves.
MOVES = """
CREATE TEMPORARY TABLE ledger_moves ON COMMIT DROP AS
SELECT l.id AS line, l.number, l.amount, l.origin_id AS origin, coalesce(l.target_id, a.id) AS target,
       l.target_id IS NULL AND a.id IS NOT NULL AS is_new,
       coalesce(o.state, '') AS from_state, coalesce(t.state, l.target_state) AS to_state,
       l.year_id <> d.year_id AS next_year
FROM ledger_documentline l
JOIN ledger_authoritydocument d ON d.id = l.document_id
LEFT JOIN ledger_authority o ON o.id = l.origin_id
LEFT JOIN ledger_authority t ON t.id = l.target_id
LEFT JOIN ledger_authority a ON a.uid = l.uid
WHERE l.document_id = %(document)s
"""
POINT = "UPDATE ledger_documentline l SET target_id = m.target FROM ledger_moves m WHERE l.id = m.line AND m.is_new"
# Of lines that issue an authority the origin is the target: its balance stays and its state moves on.
ISSUE = """
UPDATE ledger_authority a SET state = 'executable' FROM ledger_moves m
WHERE m.origin = a.id AND m.target = a.id AND a.state = 'pending'
"""
AS_ISSUED = "UPDATE ledger_moves SET to_state = 'executable' WHERE origin = target"
BALANCES = """
INSERT INTO ledger_balance (authority_id, amount, increased, decreased, reserved, spent, available)
SELECT m.target, m.amount, 0, 0, 0, 0, m.amount FROM ledger_moves m WHERE m.is_new
"""
INCREASE = """
UPDATE ledger_balance b SET increased = b.increased + s.amount, available = b.available + s.amount
FROM (SELECT target, sum(amount) AS amount FROM ledger_moves
      WHERE NOT is_new AND target IS NOT NULL AND target IS DISTINCT FROM origin GROUP BY target) s
WHERE b.authority_id = s.target
"""
DECREASE = """
UPDATE ledger_balance b SET decreased = b.decreased + s.amount, available = b.available - s.amount
FROM (SELECT origin, sum(amount) AS amount FROM ledger_moves
      WHERE origin IS NOT NULL AND origin IS DISTINCT FROM target GROUP BY origin) s
WHERE b.authority_id = s.origin
"""
BOOKED = """
CREATE TEMPORARY TABLE ledger_booked ON COMMIT DROP AS
SELECT m.line, m.number, m.amount, k.step, k.event, r.debit_id, r.credit_id, p.year_id, p.region_id, p.league_id,
       CASE k.debit WHEN 'origin' THEN m.origin ELSE m.target END AS debit,
       CASE k.credit WHEN 'origin' THEN m.origin ELSE m.target END AS credit
FROM ledger_moves m
JOIN unnest(%(from)s::text[], %(to)s::text[], %(next)s::boolean[], %(step)s::int[], %(event)s::text[], %(debit)s::text[],
            %(credit)s::text[], %(books)s::text[]) AS k (from_state, to_state, next_year, step, event, debit, credit, books)
    ON k.from_state = m.from_state AND k.to_state = m.to_state AND k.next_year = m.next_year
LEFT JOIN ledger_postingrule r ON r.event = k.event
JOIN ledger_authority p ON p.id = CASE k.books WHEN 'origin' THEN m.origin ELSE m.target END
"""
WITHOUT_RULE = "SELECT event FROM ledger_booked WHERE debit_id IS NULL LIMIT 1"
UNBOOKED = "SELECT count(*) FROM ledger_moves m WHERE NOT EXISTS (SELECT FROM ledger_booked b WHERE b.line = m.line)"
POST = """
INSERT INTO ledger_posting (event, key, digest, year_id, region_id, league_id, unit_id, document_id, total, summary,
                            "user", user_name, post_label)
SELECT b.event, concat_ws(':', 'document', %(document)s::text, b.step, b.event, b.region_id, b.year_id), '', b.year_id,
       b.region_id, b.league_id, %(unit)s, %(document)s, sum(b.amount), %(summary)s, %(user)s, %(name)s, %(post)s
FROM ledger_booked b GROUP BY b.step, b.event, b.region_id, b.year_id, b.league_id ORDER BY b.step, b.event
"""
ENTER = """
INSERT INTO ledger_entry (posting_id, number, account_id, authority_id, side, amount)
SELECT p.id, row_number() OVER (PARTITION BY p.id ORDER BY b.number, s.side DESC),
       CASE s.side WHEN 1 THEN b.debit_id ELSE b.credit_id END, CASE s.side WHEN 1 THEN b.debit ELSE b.credit END,
       s.side, b.amount
FROM ledger_booked b
JOIN ledger_posting p ON p.document_id = %(document)s
    AND p.key = concat_ws(':', 'document', %(document)s::text, b.step, b.event, b.region_id, b.year_id)
CROSS JOIN (VALUES (1), (-1)) AS s (side)
ORDER BY p.id, b.number, s.side DESC
"""
RECEIVERS = """
SELECT l.receiving_region_id, sum(l.amount)
FROM ledger_documentline l LEFT JOIN regions_region r ON r.id = l.receiving_region_id
WHERE l.document_id = %(document)s GROUP BY l.receiving_region_id, r.code ORDER BY r.code
"""
# The receiver's side of a line: the same fund, function and tracking code, under the upper document's number.
MIRROR = """
INSERT INTO ledger_documentline (
    document_id, number, uid, year_id, region_id, fund_id, function_id, transfer_function_id, income_code, direct_flag,
    is_advance, kind, target_state, amount, summary, upper_document_number, tracking_code, document_number, project_code,
    business_division, managing_division, authority_type, source, is_procurement, payment_method, is_payroll, is_research,
    is_debt, is_construction
)
SELECT %(received)s, row_number() OVER (ORDER BY l.number), gen_random_uuid(), l.year_id, %(region)s, l.fund_id, l.function_id,
       l.transfer_function_id, l.income_code, l.direct_flag, l.is_advance, l.kind, 'unallocated', l.amount, l.summary,
       %(number)s, coalesce(nullif(l.tracking_code, ''), l.project_code), '', '', '', '', '21', '1', false, '1', false, false,
       false, false
FROM ledger_documentline l WHERE l.document_id = %(document)s AND l.receiving_region_id = %(region)s
"""
DROP = "DROP TABLE ledger_booked, ledger_moves"


def lock_lines(document: AuthorityDocument) -> None:
    """Lock the books and the balances that a document moves: what is looked at afterwards stays so until it is posted."""
    with connection.cursor() as cursor:
        for statement in (LOCK_BOOKS, LOCK_BALANCES):
            cursor.execute(statement, {"document": document.pk})


def post_lines(actor: Actor, document: AuthorityDocument) -> int:
    """Post a document's lines and those that other regions receive by it; returns how many postings were made.

    Part of the act that approves the document and has locked what its lines move. Raises RuleViolation when an authority has less than is taken, or books
    are not open.
    """
    with worded():
        made = _post(actor, document)
        for received in _received(actor, document):
            made += _post(actor, received)
            advance(DOCUMENT, received, "receive", posted_at=received.created_at)
            evidence.append("ledger.received", received, actor, number=document.number, total=received.total)
    return made


def _post(actor: Actor, document: AuthorityDocument) -> int:
    values: dict[str, Any] = {
        "document": document.pk,
        "unit": document.unit_id,
        "summary": str(document)[:500],
        "user": actor.user_id,
        "name": actor.name[:150],
        "post": actor.post_label[:250],
        **_bookings(),
    }
    with connection.cursor() as cursor:
        for statement in (PLAN, MAKE, MOVES, POINT, ISSUE, AS_ISSUED, BALANCES, DECREASE, INCREASE, BOOKED):
            cursor.execute(statement, values)
        _refuse_unbooked(cursor)
        cursor.execute(POST, values)
        made = cursor.rowcount
        cursor.execute(ENTER, values)
        cursor.execute(DROP)
        cursor.execute(PLAN_BACK)
    return made


def _refuse_unbooked(cursor: Any) -> None:
    cursor.execute(WITHOUT_RULE)
    missing = cursor.fetchone()
    cursor.execute(UNBOOKED)
    if missing is not None or cursor.fetchone()[0]:
        raise RuleViolation(_("The chart of accounts is not complete: the system administrator loads it."))


def _bookings() -> dict[str, list[Any]]:
    rows = [
        (*key, step, booking.event, booking.debit, booking.credit, booking.books)
        for key, bookings in BOOKINGS.items()
        for step, booking in enumerate(bookings, 1)
    ]
    names = ("from", "to", "next", "step", "event", "debit", "credit", "books")
    plain = [[str(cell) if isinstance(cell, str) else cell for cell in row] for row in rows]
    return {name: list(column) for name, column in zip(names, zip(*plain, strict=True), strict=True)}


def _received(actor: Actor, document: AuthorityDocument) -> Iterator[AuthorityDocument]:
    """What the regions below receive: a document each, with the number of the upper one, so that both sides tie."""
    if document.kind != DocumentKind.TRANSFER:
        return
    with connection.cursor() as cursor:
        cursor.execute(RECEIVERS, {"document": document.pk})
        receivers = cursor.fetchall()
    for region_id, total in receivers:
        received = AuthorityDocument.objects.create(
            kind=DocumentKind.REVENUE,
            region_id=region_id,
            year_id=document.year_id,
            title=document.title,
            dated=document.dated,
            basis=document.number,
            upper_number=document.number,
            upper=document,
            total=total,
            author_id=actor.user_id,
        )
        with connection.cursor() as cursor:
            values = {"document": document.pk, "received": received.pk, "region": region_id, "number": document.number}
            cursor.execute(MIRROR, values)
        yield received
