-- The least work that could give the grand total: one pass over the lines, no grouping.
SELECT sum(amount) FROM budget_budgetline WHERE year_id = 2027 AND round = 'first_up'
