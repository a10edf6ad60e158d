-- A league's newest lines of one round that a text is found in: the small tables first, then one index in its order.
WITH units AS MATERIALIZED (
    SELECT id FROM regions_unit WHERE league_id = %(league)s AND search_key LIKE %(holds_key)s
), codes AS MATERIALIZED (
    SELECT id FROM codes_code WHERE year_id = %(year)s AND search_key LIKE %(holds_key)s
)
SELECT l.id, r.name_zh_hans, u.name_zh_hans, l.project_name, f.code, f.name_zh_hans, d.code, d.name_zh_hans, l.amount,
       l.prior_approved, l.prior_executed, g.code, g.name_zh_hans, m.code, m.name_zh_hans, l.project_code, l.sheet_id, l.number
FROM (
    SELECT * FROM budget_budgetline
    WHERE league_id = %(league)s AND year_id = %(year)s AND round = %(round)s
      AND (unit_id = ANY (ARRAY(TABLE units)) OR function_id = ANY (ARRAY(TABLE codes))
           OR department_economic_id = ANY (ARRAY(TABLE codes)) OR project_name LIKE %(holds)s)
    ORDER BY id DESC LIMIT 51
) l
JOIN regions_region r ON r.id = l.region_id
JOIN regions_unit u ON u.id = l.unit_id
JOIN codes_code f ON f.id = l.function_id
LEFT JOIN codes_code d ON d.id = l.department_economic_id
LEFT JOIN codes_code g ON g.id = l.government_economic_id
JOIN codes_code m ON m.id = l.fund_id
ORDER BY l.id DESC
