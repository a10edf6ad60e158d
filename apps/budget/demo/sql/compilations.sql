-- Each region with units has compiled each past year; all but the autonomous region's own one were accepted above.
INSERT INTO budget_compilation (region_id, league_id, year_id, round, state, return_reason, reported_at, updated_at)
SELECT r.id, r.league_id, y.year, %(round)s, CASE WHEN r.level = 0 THEN 'compiled' ELSE 'accepted' END, '',
       CASE WHEN r.level > 0 THEN make_timestamptz(y.year - 1, 12, 31 - 7 * r.level, 16, 0, 0, 'Asia/Shanghai') END,
       make_timestamptz(y.year - 1, 12, 31 - 6 * r.level, 10, 0, 0, 'Asia/Shanghai')
FROM regions_region r
CROSS JOIN unnest(%(years)s::int[]) AS y (year)
WHERE EXISTS (SELECT 1 FROM regions_unit u WHERE u.region_id = r.id)
ORDER BY y.year, r.level DESC, r.code
