-- The least that books a payment out of its reservation: one statement, the rows that the product writes, or none.
WITH h AS (
    UPDATE ledger_reservation r SET spent = r.spent + %(amount)s::numeric
    WHERE r.key = %(reservation)s::text AND %(amount)s::numeric <= r.amount - r.spent - r.released
    RETURNING r.authority_id
), u AS (
    UPDATE ledger_balance b SET reserved = b.reserved - %(amount)s::numeric, spent = b.spent + %(amount)s::numeric
    FROM h, ledger_authority a
    WHERE b.authority_id = h.authority_id AND a.id = b.authority_id
    RETURNING a.id, a.year_id, a.region_id, a.league_id, a.unit_id
), p AS (
    INSERT INTO ledger_posting (event, key, digest, year_id, region_id, league_id, unit_id, total, summary, user_name,
                                post_label)
    SELECT 'paid', %(key)s::text, '', u.year_id, u.region_id, u.league_id, u.unit_id, %(amount)s::numeric, '', '', ''
    FROM u RETURNING id
)
INSERT INTO ledger_entry (posting_id, number, account_id, authority_id, side, amount)
SELECT p.id, s.number, CASE s.number WHEN 1 THEN k.debit_id ELSE k.credit_id END, u.id, s.side, %(amount)s::numeric
FROM u, p, ledger_postingrule k, (VALUES (1, 1), (2, -1)) AS s (number, side)
WHERE k.event = 'paid'
