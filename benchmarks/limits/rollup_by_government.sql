-- Sums of the own-region summary by code, the regions joined to the tree.
SELECT c.code, sum(s.amount), sum(s.prior_approved), sum(s.prior_executed), sum(s.line_count)
FROM budget_summaryfolded s JOIN regions_region g ON g.id = s.region_id JOIN codes_code c ON c.id = s.government_economic_id
JOIN codes_code f ON f.id = s.function_id LEFT JOIN codes_code d ON d.id = s.department_economic_id
WHERE s.year_id = %(year)s AND s.round = %(round)s
  AND (%(league)s::bigint IS NULL OR s.league_id = %(league)s) AND (%(region)s::bigint IS NULL OR s.region_id = %(region)s) AND f.code LIKE %(function)s || '%%' AND (%(department)s = '' OR d.code LIKE %(department)s || '%%')
  AND (NOT %(accepted)s OR s.accepted)
GROUP BY 1
