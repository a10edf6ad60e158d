-- Sums of one region's units: its lines by their index, of accepted sheets where those are asked for, then each unit's name.
SELECT u.code, u.name, a.amount, a.prior_approved, a.prior_executed, a.line_count
FROM (
    SELECT s.unit_id, sum(s.amount) AS amount, sum(s.prior_approved) AS prior_approved,
           sum(s.prior_executed) AS prior_executed, count(*) AS line_count
    FROM budget_budgetline s
    WHERE s.year_id = %(year)s AND s.round = %(round)s AND s.region_id = %(region)s
      AND (NOT %(accepted)s OR s.sheet_id IN (
          SELECT b.id FROM budget_budgetsheet b
          WHERE b.year_id = %(year)s AND b.round = %(round)s AND b.region_id = %(region)s AND b.state = 'accepted'))
    GROUP BY 1
) a CROSS JOIN LATERAL (SELECT u.code, u.name FROM regions_unit u WHERE u.id = a.unit_id OFFSET 0) u
