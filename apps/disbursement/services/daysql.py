"""The statements that compare days of accounts: what each side says in temporary tables, then what differs, then the sums.

Each table is counted (ANALYZE) before the next statement reads it, and rows are looked up one by one behind OFFSET 0: on
the evening of a long payment nobody has counted the rows that were paid today, and a plan made for none of them would
compare each entry with each.
"""

BOOKS = """
CREATE TEMPORARY TABLE day_books ON COMMIT DROP AS
SELECT b.id, b.account_id, b.day, s.id AS bank_id, t.id AS treasury_id
FROM disbursement_daybook b
LEFT JOIN disbursement_bankstatement s
    ON s.account_id = b.account_id AND s.day = b.day AND s.side = 'bank' AND s.is_current
LEFT JOIN disbursement_bankstatement t
    ON t.account_id = b.account_id AND t.day = b.day AND t.side = 'treasury' AND t.is_current
WHERE b.id = ANY(%(books)s)
"""
ENTRIES = """
CREATE TEMPORARY TABLE day_entries ON COMMIT DROP AS
SELECT b.id AS book, b.account_id, b.day, e.statement_id = b.bank_id AS is_bank, e.reference, e.bank_reference, e.amount,
       e.booked_on, e.payee_name, e.payee_tail, e.payee_index
FROM day_books b CROSS JOIN LATERAL (
    SELECT * FROM disbursement_statemententry e WHERE e.statement_id IN (b.bank_id, b.treasury_id) OFFSET 0
) e
"""
# Paid is on the day on which the bank booked it: a dialect whose answer names no day has only the day of its reading. Money
# that came back is known by the number of the bank's booking: the same payment may have come back in parts, and after
# corrections.
BOOKED = """
CREATE TEMPORARY TABLE day_booked ON COMMIT DROP AS
WITH RECURSIVE incoming AS (
    SELECT e.account_id, e.day, e.booked_on, e.bank_reference, e.amount, r.id
    FROM day_entries e
    CROSS JOIN LATERAL (SELECT r.id FROM disbursement_paymentrow r WHERE r.reference = e.reference OFFSET 0) r
    WHERE e.bank_reference <> '' AND e.amount > 0
    UNION ALL
    SELECT i.account_id, i.day, i.booked_on, i.bank_reference, i.amount, r.id
    FROM incoming i JOIN disbursement_paymentrow r ON r.source_id = i.id
)
SELECT e.account_id, e.day, e.booked_on, r.id, r.request_id, r.paid_on
FROM day_entries e
CROSS JOIN LATERAL (
    SELECT r.id, r.request_id, r.paid_on FROM disbursement_paymentrow r
    WHERE r.reference = e.reference AND r.outcome = 'paid' AND r.paid_on <> e.booked_on AND r.amount = -e.amount OFFSET 0
) r
WHERE e.amount <= 0
UNION ALL
SELECT i.account_id, i.day, i.booked_on, r.id, r.request_id, r.paid_on
FROM incoming i
CROSS JOIN LATERAL (
    SELECT r.id, r.request_id, r.paid_on FROM disbursement_paymentrow r
    WHERE r.id = i.id AND r.bank_reference = i.bank_reference AND r.amount = i.amount
      AND r.source_id IS NOT NULL AND r.outcome = 'paid' AND r.paid_on <> i.booked_on OFFSET 0
) r
"""
HOLD = """
SELECT c.id FROM disbursement_daybook c WHERE c.id IN (
    SELECT w.id FROM day_booked b JOIN disbursement_daybook w ON w.account_id = b.account_id AND w.day = b.paid_on
) ORDER BY c.id FOR NO KEY UPDATE
"""
DAYS = """
WITH late AS (
    SELECT b.id, b.paid_on AS was, b.booked_on AS is_on, b.account_id
    FROM day_booked b
    JOIN disbursement_paymentrequest q ON q.id = b.request_id AND q.account_id = b.account_id
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
PAID = """
CREATE TEMPORARY TABLE day_paid ON COMMIT DROP AS
SELECT b.id AS book, r.id, r.request_id, r.reference, r.source_id, r.amount, r.payee_name, r.payee_index,
       q.business = 'refund' AS is_back
FROM disbursement_paymentrow r
JOIN disbursement_paymentrequest q ON q.id = r.request_id
JOIN day_books b ON b.account_id = q.account_id AND b.day = r.paid_on
WHERE r.outcome = 'paid' AND r.paid_on = ANY(%(days)s) AND q.business <> 'correct'
"""
# Money that comes back is known by the payment that it was, whichever of the two references the bank quotes: it stands
# under a key of its own, so that a payment and its refund on one day are both seen.
BACKS = """
CREATE TEMPORARY TABLE day_backs ON COMMIT DROP AS
WITH RECURSIVE origins AS (
    SELECT g.id, g.reference AS own, s.reference, s.source_id
    FROM day_paid g JOIN disbursement_paymentrow s ON s.id = g.source_id WHERE g.is_back
    UNION ALL
    SELECT o.id, o.own, s.reference, s.source_id FROM origins o JOIN disbursement_paymentrow s ON s.id = o.source_id
)
SELECT id, own, reference FROM origins WHERE source_id IS NULL
"""
SIDES = """
CREATE TEMPORARY TABLE day_sides ON COMMIT DROP AS
WITH ours AS (
    SELECT book, reference AS key, id AS row_id, amount, payee_name, payee_index, 1 AS many FROM day_paid WHERE NOT is_back
    UNION ALL
    SELECT g.book, o.reference || ':back', min(g.id), -sum(g.amount), min(g.payee_name), min(g.payee_index), count(*)
    FROM day_paid g JOIN day_backs o ON o.id = g.id GROUP BY 1, 2
), theirs AS (
    SELECT e.book, e.is_bank,
           CASE WHEN e.reference = '' THEN 'bank:' || e.bank_reference
                WHEN e.amount <= 0 THEN e.reference
                ELSE coalesce(o.reference, e.reference) || ':back' END AS key,
           -sum(e.amount) AS amount, count(*) AS many, min(e.payee_name) AS payee_name, min(e.payee_tail) AS payee_tail,
           min(e.payee_index) AS payee_index
    FROM day_entries e LEFT JOIN day_backs o ON o.own = e.reference AND e.amount > 0
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
FROM sides s JOIN day_books b ON b.id = s.book
"""
# A refund comes back to the account, a correction moves no cash; neither spends a reservation of its own.
# What payments say was paid out of a request, and what its reservation in the ledger says.
LEDGER = """
INSERT INTO day_sides (book, key, ledger, bank, treasury, kind, payee_name, their_name, their_tail)
SELECT p.book, 'ledger:' || q.number, v.spent, q.paid, NULL::numeric, 'ledger', q.purpose, '', ''
FROM (SELECT DISTINCT book, request_id FROM day_paid WHERE NOT is_back) p
JOIN disbursement_paymentrequest q ON q.id = p.request_id
LEFT JOIN ledger_reservation v ON v.key = q.hold
WHERE v.spent IS DISTINCT FROM q.paid
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


def _table(name: str, statement: str) -> str:
    return f"DROP TABLE IF EXISTS pg_temp.{name};{statement};ANALYZE {name};"


# Each goes to the database in one piece. What the held days were waited for may have moved: it is looked up again.
STEPS = (
    _table("day_books", BOOKS) + _table("day_entries", ENTRIES) + _table("day_booked", BOOKED),
    HOLD,
    _table("day_booked", BOOKED) + DAYS,
    _table("day_paid", PAID) + _table("day_backs", BACKS) + _table("day_sides", SIDES),
    f"{LEDGER};{FOUND};{GONE};{SUMS}",
)
