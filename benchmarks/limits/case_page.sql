-- What a person sent off, the newest first.
SELECT c.id, c.label, c.subject, c.state, c.step, c.amount, c.started_at, r.name_zh_hans, u.name_zh_hans
FROM (
    SELECT * FROM lowcode_case c
    WHERE applicant_id = %(officer)s AND league_id = %(league)s AND /*where*/
    ORDER BY id DESC LIMIT 51
) c
JOIN regions_region r ON r.id = c.region_id
LEFT JOIN regions_unit u ON u.id = c.unit_id
ORDER BY c.id DESC
