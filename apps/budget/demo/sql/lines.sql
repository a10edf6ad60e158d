-- The lines of one year: amounts are whole cents and rates whole basis points, so that no machine rounds otherwise.
INSERT INTO budget_budgetline (sheet_id, unit_id, region_id, league_id, year_id, round, number, function_id,
                               department_economic_id, government_economic_id, fund_id, kind, project_code,
                               project_name, amount, prior_approved, prior_executed, note)
SELECT s.id, s.unit_id, s.region_id, s.league_id, s.year_id, s.round, o.number, f.id, d.id, e.id, k.id,
       CASE WHEN o.project = 0 THEN 'basic' ELSE 'project' END,
       CASE WHEN o.project = 0 THEN '' ELSE
           o.region_code || lpad((begun.year %% 100)::text, 2, '0') || o.letter || lpad(o.project_serial::text, 12, '0') END,
       o.name, now.cents / 100.0, CASE WHEN is_new THEN NULL ELSE last.cents / 100.0 END,
       CASE WHEN is_new THEN NULL ELSE last.cents * (
           10000 - (hashint8extended(o.seed, s.year_id + 100) & 65535) %% CASE WHEN o.is_pay THEN 151 ELSE 801 END
       ) / 10000 / 100.0 END,
       CASE WHEN is_new THEN '新增项目' ELSE '' END
FROM demo_slot o
JOIN budget_budgetsheet s ON s.unit_id = o.unit_id AND s.year_id = %(year)s AND s.round = %(round)s
JOIN demo_code f ON f.year_id = s.year_id AND f.base_id = o.function_id
JOIN demo_code d ON d.year_id = s.year_id AND d.base_id = o.department_economic_id
JOIN demo_code e ON e.year_id = s.year_id AND e.base_id = o.government_economic_id
JOIN demo_code k ON k.year_id = s.year_id AND k.base_id = o.fund_id
CROSS JOIN LATERAL (
    SELECT CASE WHEN o.lasts = 0 THEN 2018 ELSE s.year_id - (s.year_id + o.turn) %% o.lasts END AS year
) begun
CROSS JOIN LATERAL (SELECT begun.year = s.year_id AS is_new) fresh
CROSS JOIN LATERAL (
    SELECT o.cents * (10000 + o.growth * (s.year_id - begun.year) + (hashint8extended(o.seed, s.year_id) & 127))
           / 10000 / o.step * o.step AS cents
) now
CROSS JOIN LATERAL (
    SELECT o.cents * (10000 + o.growth * (s.year_id - 1 - begun.year) + (hashint8extended(o.seed, s.year_id - 1) & 127))
           / 10000 / o.step * o.step AS cents
) last
ORDER BY o.id
