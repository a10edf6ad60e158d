-- The same page far behind, as pages by OFFSET would fetch it.
SELECT id FROM budget_budgetline WHERE league_id = %(league)s ORDER BY id DESC LIMIT 51 OFFSET %(offset)s
