-- The same under some function codes.
SELECT count(*), sum(amount), sum(prior_approved), sum(prior_executed)
FROM budget_budgetline
WHERE league_id = %(league)s AND year_id = %(year)s AND round = %(round)s AND function_id = ANY (ARRAY(
        SELECT id FROM codes_code WHERE catalog = 'function' AND year_id = %(year)s AND code LIKE %(prefix)s
    ))
