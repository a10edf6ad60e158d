-- What a reader without a roll-up would run: group all lines by league and function class.
SELECT r.league_id, f.code, sum(l.amount), sum(l.prior_approved), count(*)
FROM budget_budgetline l JOIN regions_region r ON r.id = l.region_id JOIN codes_code f ON f.id = l.function_id
WHERE l.year_id = 2027 AND l.round = 'first_up' GROUP BY 1, 2
