"""Invariants of books. Each statement returns what breaks it, (key, words)."""

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
