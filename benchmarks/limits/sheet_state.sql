-- A league's sheets of one round in one state.
SELECT s.id, u.code, u.name_zh_hans, r.name_zh_hans, s.year_id, s.round, s.state, s.total, s.updated_at
FROM (
    SELECT * FROM budget_budgetsheet
    WHERE league_id = %(league)s AND year_id = %(year)s AND round = %(round)s AND state = %(state)s
    ORDER BY updated_at DESC, id DESC LIMIT 51
) s
JOIN regions_unit u ON u.id = s.unit_id
JOIN regions_region r ON r.id = s.region_id
ORDER BY s.updated_at DESC, s.id DESC
