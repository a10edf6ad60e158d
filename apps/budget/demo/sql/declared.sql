-- Every third unit states its total; a few of those that still write are wrong, and the check says so.
UPDATE budget_budgetsheet s
SET declared_total = total + CASE WHEN s.state IN ('draft', 'returned') AND u.serial %% 5 = 0 THEN 1000 ELSE 0 END
FROM demo_unit u
WHERE u.unit_id = s.unit_id AND u.serial %% 3 = 0 AND s.year_id = %(year)s
