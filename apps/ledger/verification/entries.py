"""Invariants of entries and balances: I1 and I2. Each statement returns what breaks it, (key, words)."""

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
