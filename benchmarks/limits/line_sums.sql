-- The count and sums of a league's lines of one round, by an index and the rows behind it.
SELECT count(*), sum(amount), sum(prior_approved), sum(prior_executed)
FROM budget_budgetline WHERE league_id = %(league)s AND year_id = %(year)s AND round = %(round)s
