"""三方对账: our ledger, the bank and the treasury compared day by day, by the set; closing and reopening a day.

A day is compared when something of it has come or changed (`is_stale`), in a handful of statements however many payments
it has. What differs stands in `Difference` rows; one that is gone afterwards disappears by itself.
"""

from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.disbursement import policies
from apps.disbursement.models import DayBook, DayState, Difference
from apps.disbursement.models.reconciliation import UNSETTLED
from apps.disbursement.services import daybooks
from apps.disbursement.transitions import DAY, DIFFERENCE
from apps.evidence import services as evidence
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.errors import RuleViolation, require
from imbudget.kit.transitions import advance

AT_ONCE = 100
BOOKS = """
WITH RECURSIVE books AS (
    SELECT b.id, b.account_id, b.day, s.id AS bank_id, t.id AS treasury_id
    FROM disbursement_daybook b
    LEFT JOIN disbursement_bankstatement s
        ON s.account_id = b.account_id AND s.day = b.day AND s.side = 'bank' AND s.is_current
    LEFT JOIN disbursement_bankstatement t
        ON t.account_id = b.account_id AND t.day = b.day AND t.side = 'treasury' AND t.is_current
    WHERE b.id = ANY(%(books)s)
)"""
# Paid is on the day on which the bank booked it: a dialect whose answer names no day has only the day of its reading. Money that
# came back is known by the number of the bank's booking: the same payment may have come back in parts, and after corrections.
BOOKED = """
, incoming AS (
    SELECT b.account_id, b.day, e.booked_on, e.bank_reference, e.amount, r.id
    FROM books b
    JOIN disbursement_statemententry e ON e.statement_id IN (b.bank_id, b.treasury_id) AND e.amount > 0
    JOIN disbursement_paymentrow r ON r.reference = e.reference
    WHERE e.bank_reference <> ''
    UNION ALL
    SELECT i.account_id, i.day, i.booked_on, i.bank_reference, i.amount, r.id
    FROM incoming i JOIN disbursement_paymentrow r ON r.source_id = i.id
), booked AS (
    SELECT b.account_id, b.day, e.booked_on, r.id, r.paid_on
    FROM books b
    JOIN disbursement_statemententry e ON e.statement_id IN (b.bank_id, b.treasury_id) AND e.amount <= 0
    JOIN disbursement_paymentrow r ON r.reference = e.reference AND r.outcome = 'paid' AND r.paid_on <> e.booked_on
    WHERE e.amount = -r.amount
    UNION ALL
    SELECT i.account_id, i.day, i.booked_on, r.id, r.paid_on
    FROM incoming i
    JOIN disbursement_paymentrow r ON r.id = i.id AND r.bank_reference = i.bank_reference AND r.amount = i.amount
    WHERE r.source_id IS NOT NULL AND r.outcome = 'paid' AND r.paid_on <> i.booked_on
)"""
HOLD = """
SELECT c.id FROM disbursement_daybook c WHERE c.id IN (
    SELECT w.id FROM booked b JOIN disbursement_daybook w ON w.account_id = b.account_id AND w.day = b.paid_on
) ORDER BY c.id FOR NO KEY UPDATE
"""
DAYS = """
, late AS (
    SELECT b.id, b.paid_on AS was, b.booked_on AS is_on, b.account_id
    FROM booked b
    JOIN disbursement_paymentrow r ON r.id = b.id
    JOIN disbursement_paymentrequest q ON q.id = r.request_id AND q.account_id = b.account_id
    WHERE b.booked_on = b.day
      AND NOT EXISTS (SELECT FROM disbursement_daybook c
                      WHERE c.account_id = b.account_id AND c.day = b.paid_on AND c.state = 'closed')
), moved AS (
    UPDATE disbursement_paymentrow r SET paid_on = l.is_on FROM late l WHERE r.id = l.id RETURNING r.id
)
UPDATE disbursement_daybook b SET is_stale = true
FROM (SELECT DISTINCT account_id, was FROM late) l
WHERE b.account_id = l.account_id AND b.day = l.was AND (SELECT count(*) FROM moved) >= 0
"""
# Money that comes back is known by the payment that it was (`backs`), whichever of the two references the bank quotes: it stands
# under a key of its own, so that a payment and its refund on one day are both seen.
SIDES = """
CREATE TEMPORARY TABLE day_sides ON COMMIT DROP AS
WITH RECURSIVE books AS MATERIALIZED (
    SELECT b.id, b.account_id, b.day, s.id AS bank_id, t.id AS treasury_id
    FROM disbursement_daybook b
    LEFT JOIN disbursement_bankstatement s
        ON s.account_id = b.account_id AND s.day = b.day AND s.side = 'bank' AND s.is_current
    LEFT JOIN disbursement_bankstatement t
        ON t.account_id = b.account_id AND t.day = b.day AND t.side = 'treasury' AND t.is_current
    WHERE b.id = ANY(%(books)s)
), given AS MATERIALIZED (
    SELECT b.id AS book, r.id, r.reference, r.source_id, r.amount, r.payee_name, r.payee_index, q.business = 'refund' AS is_back
    FROM disbursement_paymentrow r
    JOIN disbursement_paymentrequest q ON q.id = r.request_id
    JOIN books b ON b.account_id = q.account_id AND b.day = r.paid_on
    WHERE r.outcome = 'paid' AND r.paid_on = ANY(%(days)s) AND q.business <> 'correct'
), origins AS (
    SELECT g.id, g.reference AS own, s.reference, s.source_id
    FROM given g JOIN disbursement_paymentrow s ON s.id = g.source_id WHERE g.is_back
    UNION ALL
    SELECT o.id, o.own, s.reference, s.source_id FROM origins o JOIN disbursement_paymentrow s ON s.id = o.source_id
), backs AS MATERIALIZED (
    SELECT id, own, reference FROM origins WHERE source_id IS NULL
), ours AS (
    SELECT book, reference AS key, id AS row_id, amount, payee_name, payee_index, 1 AS many FROM given WHERE NOT is_back
    UNION ALL
    SELECT g.book, o.reference || ':back', min(g.id), -sum(g.amount), min(g.payee_name), min(g.payee_index), count(*)
    FROM given g JOIN backs o ON o.id = g.id GROUP BY 1, 2
), theirs AS (
    SELECT b.id AS book, e.statement_id = b.bank_id AS is_bank,
           CASE WHEN e.reference = '' THEN 'bank:' || e.bank_reference
                WHEN e.amount <= 0 THEN e.reference
                ELSE coalesce((SELECT o.reference FROM backs o WHERE o.own = e.reference), e.reference) || ':back' END AS key,
           -sum(e.amount) AS amount, count(*) AS many, min(e.payee_name) AS payee_name, min(e.payee_tail) AS payee_tail,
           min(e.payee_index) AS payee_index
    FROM books b JOIN disbursement_statemententry e ON e.statement_id IN (b.bank_id, b.treasury_id)
    GROUP BY 1, 2, 3
), sides AS (
    SELECT coalesce(o.book, t.book, u.book) AS book, coalesce(o.key, t.key, u.key) AS key, o.row_id,
           o.amount AS ledger, t.amount AS bank, u.amount AS treasury, o.many AS ledger_many, t.many AS bank_many,
           u.many AS treasury_many, o.payee_name, o.payee_index,
           coalesce(t.payee_name, u.payee_name, '') AS their_name, coalesce(t.payee_tail, u.payee_tail, '') AS their_tail,
           coalesce(nullif(t.payee_index, ''), nullif(u.payee_index, '')) AS their_index
    FROM ours o
    FULL JOIN (SELECT * FROM theirs WHERE is_bank) t ON t.book = o.book AND t.key = o.key
    FULL JOIN (SELECT * FROM theirs WHERE NOT is_bank) u
        ON u.book = coalesce(o.book, t.book) AND u.key = coalesce(o.key, t.key)
)
SELECT s.*, b.bank_id IS NOT NULL AS has_bank, b.treasury_id IS NOT NULL AS has_treasury,
       CASE
           WHEN s.ledger IS NULL THEN 'theirs'
           WHEN b.bank_id IS NULL AND b.treasury_id IS NULL THEN NULL
           WHEN (b.bank_id IS NOT NULL AND s.bank IS NULL) OR (b.treasury_id IS NOT NULL AND s.treasury IS NULL) THEN 'ours'
           WHEN s.bank <> s.ledger OR s.treasury <> s.ledger THEN 'amount'
           WHEN s.their_index <> s.payee_index THEN 'payee'
       END AS kind
FROM sides s JOIN books b ON b.id = s.book
"""
# A refund comes back to the account, a correction moves no cash; neither spends a reservation of its own.
# What payments say was paid out of a request, and what its reservation in the ledger says.
LEDGER = """
INSERT INTO day_sides (book, key, ledger, bank, treasury, kind, payee_name, their_name, their_tail)
SELECT DISTINCT b.id, 'ledger:' || q.number, v.spent, q.paid, NULL::numeric, 'ledger', q.purpose, '', ''
FROM disbursement_daybook b
JOIN disbursement_paymentrow r ON r.paid_on = b.day AND r.outcome = 'paid'
JOIN disbursement_paymentrequest q ON q.id = r.request_id AND q.account_id = b.account_id
LEFT JOIN ledger_reservation v ON v.key = q.hold
WHERE b.id = ANY(%(books)s) AND q.business NOT IN ('refund', 'correct') AND v.spent IS DISTINCT FROM q.paid
"""
FOUND = """
INSERT INTO disbursement_difference
    (book_id, kind, key, row_id, payee, their_payee, ledger, bank, treasury, state, reason, found_at)
SELECT book, kind, key, row_id, coalesce(payee_name, ''),
       trim(their_name || CASE WHEN their_tail <> '' THEN ' ****' || their_tail ELSE '' END), ledger, bank, treasury,
       'open', '', now()
FROM day_sides WHERE kind IS NOT NULL
ON CONFLICT (book_id, key) DO UPDATE SET
    kind = excluded.kind, row_id = excluded.row_id, payee = excluded.payee, their_payee = excluded.their_payee,
    ledger = excluded.ledger, bank = excluded.bank, treasury = excluded.treasury, state = 'open', reason = '',
    explained_by_id = NULL, explained_at = NULL, accepted_by_id = NULL, accepted_at = NULL
WHERE disbursement_difference.state = 'gone'
   OR (disbursement_difference.kind, disbursement_difference.ledger, disbursement_difference.bank,
       disbursement_difference.treasury) IS DISTINCT FROM (excluded.kind, excluded.ledger, excluded.bank, excluded.treasury)
"""
GONE = """
UPDATE disbursement_difference d SET state = 'gone'
WHERE d.book_id = ANY(%(books)s) AND d.state <> 'gone'
  AND NOT EXISTS (SELECT FROM day_sides s WHERE s.book = d.book_id AND s.key = d.key AND s.kind IS NOT NULL)
"""
SUMS = """
UPDATE disbursement_daybook b SET
    is_stale = false, compared_at = now(),
    ledger_count = coalesce(s.ledger_count, 0), ledger_sum = coalesce(s.ledger_sum, 0),
    bank_count = coalesce(s.bank_count, 0), bank_sum = coalesce(s.bank_sum, 0),
    treasury_count = coalesce(s.treasury_count, 0), treasury_sum = coalesce(s.treasury_sum, 0),
    matched = coalesce(s.matched, 0),
    has_bank = EXISTS (SELECT FROM disbursement_bankstatement t WHERE t.account_id = b.account_id AND t.day = b.day
                       AND t.side = 'bank' AND t.is_current),
    has_treasury = EXISTS (SELECT FROM disbursement_bankstatement t WHERE t.account_id = b.account_id AND t.day = b.day
                           AND t.side = 'treasury' AND t.is_current),
    unsettled = (SELECT count(*) FROM disbursement_difference d
                 WHERE d.book_id = b.id AND d.state IN ('open', 'explained'))
FROM (SELECT unnest(%(books)s) AS id) given
LEFT JOIN (
    SELECT book, sum(ledger_many) AS ledger_count, sum(ledger) FILTER (WHERE kind IS DISTINCT FROM 'ledger') AS ledger_sum,
           sum(bank_many) AS bank_count, sum(bank) FILTER (WHERE kind IS DISTINCT FROM 'ledger') AS bank_sum,
           sum(treasury_many) AS treasury_count, sum(treasury) AS treasury_sum,
           count(*) FILTER (WHERE kind IS NULL AND has_bank AND has_treasury) AS matched
    FROM day_sides GROUP BY book
) s ON s.book = given.id
WHERE b.id = given.id
"""


def reconcile_due() -> int:
    """Compare what is stale, the oldest days first; the number of days compared."""
    stale = list(DayBook.objects.filter(is_stale=True, state=DayState.OPEN).order_by("day", "pk")[:AT_ONCE])
    for day in sorted({book.day for book in stale}):
        reconcile([book for book in stale if book.day == day])
    return len(stale)


@transaction.atomic
def reconcile(books: Sequence[DayBook]) -> None:
    """Compare these days of accounts; closed ones are left alone. All or nothing of it, and again as often as one likes."""
    held = DayBook.objects.select_for_update(of=("self",), no_key=True).order_by("day", "account_id")
    rows = list(held.filter(pk__in=[book.pk for book in books], state=DayState.OPEN).values_list("pk", "day"))
    if not rows:
        return
    values: dict[str, Any] = {"books": [pk for pk, _day in rows], "days": sorted({day for _pk, day in rows})}
    with connection.cursor() as cursor:
        cursor.execute(BOOKS + BOOKED + HOLD, values)
        cursor.execute(BOOKS + BOOKED + DAYS, values)
        cursor.execute("DROP TABLE IF EXISTS day_sides")
        for statement in (SIDES, LEDGER, FOUND, GONE, SUMS):
            cursor.execute(statement, values)
        cursor.execute("DROP TABLE day_sides")


@act
def close_day(actor: Actor, book: DayBook) -> None:
    """Close a day on which all three books agree; from then on it takes nothing more."""
    require(policies.may_close_day(actor, book))
    daybooks.lock(book)
    reconcile([book])
    book.refresh_from_db()
    _refuse_unready(book)
    advance(DAY, book, "close", closed_by_id=actor.user_id, closed_at=timezone.now())
    evidence.append(
        "disbursement.day_closed",
        book,
        actor,
        ledger=book.ledger_sum,
        bank=book.bank_sum,
        treasury=book.treasury_sum,
        matched=book.matched,
    )


def _refuse_unready(book: DayBook) -> None:
    if book.day >= timezone.localdate():
        raise RuleViolation(_("The day is not over yet."))
    if not book.has_bank or not book.has_treasury:
        raise RuleViolation(_("The statements of both the bank and the treasury are needed to close a day."))
    if book.unsettled:
        raise RuleViolation(_("There are differences that nobody has settled: a day closes with none."))


@act
def reopen_day(actor: Actor, book: DayBook, reason: str) -> None:
    """Open a closed day again, with the reason."""
    require(policies.may_reopen_day(actor, book))
    daybooks.lock(book)
    advance(DAY, book, "reopen", reopen_reason=reason[:2000], is_stale=True, closed_at=None, closed_by=None)
    evidence.append("disbursement.day_reopened", book, actor, reason=reason[:2000])


@act
def explain_difference(actor: Actor, difference: Difference, reason: str) -> None:
    """Say why the books differ where no money has to move; somebody else settles it."""
    require(policies.may_explain(actor, difference))
    advance(
        DIFFERENCE,
        difference,
        "explain",
        reason=reason[:2000],
        explained_by_id=actor.user_id,
        explained_at=timezone.now(),
    )
    evidence.append(
        "disbursement.difference_explained", difference.book, actor, key=difference.key, reason=reason[:2000]
    )


@act
def accept_difference(actor: Actor, difference: Difference) -> None:
    """Settle a difference that somebody else has explained."""
    require(policies.may_accept(actor, difference))
    advance(DIFFERENCE, difference, "accept", accepted_by_id=actor.user_id, accepted_at=timezone.now())
    _count(difference)
    evidence.append("disbursement.difference_accepted", difference.book, actor, key=difference.key)


@act
def reject_difference(actor: Actor, difference: Difference) -> None:
    """Not content with the explanation: the difference is open again."""
    require(policies.may_accept(actor, difference))
    advance(DIFFERENCE, difference, "reject")
    evidence.append("disbursement.difference_rejected", difference.book, actor, key=difference.key)


def _count(difference: Difference) -> None:
    unsettled = Difference.objects.filter(book_id=difference.book_id, state__in=UNSETTLED).count()
    DayBook.objects.filter(pk=difference.book_id).update(unsettled=unsettled)
