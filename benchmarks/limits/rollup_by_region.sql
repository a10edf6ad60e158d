-- Sums of the own-region summary by the region below the one asked for: leagues of the whole, banners of a league.
SELECT CASE WHEN %(league)s::bigint IS NULL THEN coalesce(g.league_id, g.id) ELSE g.id END, sum(s.amount), sum(s.prior_approved), sum(s.prior_executed), sum(s.line_count)
FROM budget_summaryfolded s JOIN regions_region g ON g.id = s.region_id JOIN codes_code f ON f.id = s.function_id
WHERE s.year_id = %(year)s AND s.round = %(round)s
  AND (%(league)s::bigint IS NULL OR s.league_id = %(league)s) AND (%(region)s::bigint IS NULL OR s.region_id = %(region)s) AND f.code LIKE %(function)s || '%%'
  AND (NOT %(accepted)s OR s.accepted)
GROUP BY 1
