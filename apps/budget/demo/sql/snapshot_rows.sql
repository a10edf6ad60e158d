-- The sums of a region's own units stand in its own figures and in those of every region that it reports to.
INSERT INTO budget_snapshotrow (snapshot_id, region_id, function_id, department_economic_id, government_economic_id,
                                fund_id, amount, line_count)
WITH RECURSIVE above AS (
    SELECT id AS region_id, id AS upper_id FROM regions_region
    UNION ALL
    SELECT a.region_id, coalesce(r.reports_to_id, r.parent_id) FROM above a JOIN regions_region r ON r.id = a.upper_id
    WHERE coalesce(r.reports_to_id, r.parent_id) IS NOT NULL
)
SELECT n.id, s.region_id, s.function_id, s.department_economic_id, s.government_economic_id, s.fund_id,
       sum(s.amount), sum(s.line_count)
FROM budget_summaryfolded s
JOIN above a ON a.region_id = s.region_id
JOIN budget_compilation c ON c.region_id = a.upper_id AND c.year_id = s.year_id AND c.round = s.round
JOIN budget_snapshot n ON n.compilation_id = c.id
WHERE s.accepted AND s.round = %(round)s AND s.year_id = ANY (%(years)s)
GROUP BY 1, 2, 3, 4, 5, 6
ORDER BY n.id, s.region_id
