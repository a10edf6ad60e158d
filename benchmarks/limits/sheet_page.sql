-- One page of a league's sheets by the index alone.
SELECT id FROM budget_budgetsheet WHERE league_id = %(league)s ORDER BY updated_at DESC, id DESC LIMIT 51
