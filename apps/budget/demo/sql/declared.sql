-- Every third unit states its total; a few of those that still write are wrong, and the check says so.
UPDATE budget_budgetsheet s
SET declared_total = total + CASE WHEN state IN ('draft', 'returned') AND s.unit_id %% 5 = 0 THEN 1000 ELSE 0 END
WHERE year_id = %(year)s AND unit_id %% 3 = 0
