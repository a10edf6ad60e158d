-- The least that holds money back: one statement writes the rows that the product writes, or none.
WITH u AS (
    UPDATE ledger_balance b SET reserved = b.reserved + %(amount)s::numeric, available = b.available - %(amount)s::numeric
    FROM ledger_authority a
    WHERE b.authority_id = %(authority)s AND a.id = b.authority_id AND a.state = 'executable'
        AND b.available >= %(amount)s::numeric
    RETURNING a.id, a.year_id, a.region_id, a.league_id, a.unit_id
), p AS (
    INSERT INTO ledger_posting (event, key, digest, year_id, region_id, league_id, unit_id, total, summary, user_name,
                                post_label)
    SELECT 'reserved', %(key)s::text, '', u.year_id, u.region_id, u.league_id, u.unit_id, %(amount)s::numeric, '', '', ''
    FROM u RETURNING id
), r AS (
    INSERT INTO ledger_reservation (key, authority_id, posting_id, amount, spent, released, refunded)
    SELECT %(key)s::text, u.id, p.id, %(amount)s::numeric, 0, 0, 0 FROM u, p
)
INSERT INTO ledger_entry (posting_id, number, account_id, authority_id, side, amount)
SELECT p.id, s.number, CASE s.number WHEN 1 THEN k.debit_id ELSE k.credit_id END, u.id, s.side, %(amount)s::numeric
FROM u, p, ledger_postingrule k, (VALUES (1, 1), (2, -1)) AS s (number, side)
WHERE k.event = 'reserved'
