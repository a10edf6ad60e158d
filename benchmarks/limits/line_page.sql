-- One page of a league's lines by the index alone.
SELECT id FROM budget_budgetline WHERE league_id = %(league)s ORDER BY id DESC LIMIT 51
