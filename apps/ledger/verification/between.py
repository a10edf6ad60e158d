"""Invariants between regions, years and apps: I3, I6, I7 and I8. Each statement returns what breaks it, (key, words)."""

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
