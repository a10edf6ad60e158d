-- The count and sums of what a text is found in: one pass over the league's round with the small tables looked up before.
WITH units AS MATERIALIZED (
    SELECT id FROM regions_unit WHERE league_id = %(league)s AND search_key LIKE %(holds_key)s
), codes AS MATERIALIZED (
    SELECT id FROM codes_code WHERE year_id = %(year)s AND search_key LIKE %(holds_key)s
)
SELECT count(*), sum(amount), sum(prior_approved), sum(prior_executed)
FROM budget_budgetline
WHERE league_id = %(league)s AND year_id = %(year)s AND round = %(round)s
  AND (unit_id = ANY (ARRAY(TABLE units)) OR function_id = ANY (ARRAY(TABLE codes))
       OR department_economic_id = ANY (ARRAY(TABLE codes)) OR project_name LIKE %(holds)s)
