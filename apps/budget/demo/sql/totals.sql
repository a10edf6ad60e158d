-- The work of the line triggers that were switched off, for all sheets at once.
UPDATE budget_budgetsheet s SET total = l.amount
FROM (SELECT sheet_id, sum(amount) AS amount FROM budget_budgetline GROUP BY sheet_id) l
WHERE l.sheet_id = s.id
