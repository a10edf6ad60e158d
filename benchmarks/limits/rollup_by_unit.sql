-- Sums of one region's units: its lines by their index, grouped.
SELECT s.unit_id, sum(s.amount), sum(s.prior_approved), sum(s.prior_executed), count(*)
FROM budget_budgetline s
WHERE s.year_id = %(year)s AND s.round = %(round)s AND s.region_id = %(region)s
GROUP BY 1
