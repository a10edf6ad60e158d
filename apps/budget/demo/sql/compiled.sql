-- Each compilation shows its figures.
UPDATE budget_compilation c SET snapshot_id = n.id FROM budget_snapshot n
WHERE n.compilation_id = c.id AND c.year_id = ANY (%(years)s) AND c.round = %(round)s
