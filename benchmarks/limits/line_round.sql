-- A league's newest lines of one round.
SELECT l.id, r.name_zh_hans, u.name_zh_hans, l.project_name, f.code, f.name_zh_hans, d.code, d.name_zh_hans, l.amount,
       l.prior_approved, l.prior_executed, g.code, g.name_zh_hans, m.code, m.name_zh_hans, l.project_code, l.sheet_id, l.number
FROM (
    SELECT * FROM budget_budgetline
    WHERE league_id = %(league)s AND year_id = %(year)s AND round = %(round)s
    ORDER BY id DESC LIMIT 51
) l
JOIN regions_region r ON r.id = l.region_id
JOIN regions_unit u ON u.id = l.unit_id
JOIN codes_code f ON f.id = l.function_id
LEFT JOIN codes_code d ON d.id = l.department_economic_id
LEFT JOIN codes_code g ON g.id = l.government_economic_id
JOIN codes_code m ON m.id = l.fund_id
ORDER BY l.id DESC
