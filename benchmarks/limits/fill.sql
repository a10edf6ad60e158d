-- Units, a year, codes and one sheet a unit; the first league is busy, the last one quiet.
INSERT INTO codes_fiscalyear (year, state, compiling) VALUES (%(year)s, 'preparing', true);
INSERT INTO codes_code (catalog, year_id, code, name, is_leaf, is_standard, is_verified, source, search_key)
SELECT c.catalog, %(year)s, lpad((c.base + n)::text, c.width, '0'), 'code ' || n, true, true, false, '', ''
FROM (VALUES ('function', 2010000, 7, 200), ('economic_dept', 30000, 5, 60), ('economic_gov', 50000, 5, 30),
             ('fund_type', 1110, 4, 4)) AS c (catalog, base, width, size),
     generate_series(1, c.size) n;
INSERT INTO regions_department (region_id, code, name) SELECT id, '101', 'department' FROM regions_region;
INSERT INTO regions_unit (region_id, league_id, department_id, code, credit_code, name, nature, phone, search_key)
SELECT r.id, r.league_id, d.id, lpad((101000 + n)::text, 6, '0'), lpad(n::text, 18, '0'), 'unit ' || n,
       'administrative', '', ''
FROM generate_series(1, %(units)s) n
JOIN (SELECT id, league_id, row_number() OVER (ORDER BY code) - 1 AS place, count(*) OVER () AS size
      FROM regions_region) r ON r.place = (n * n) %% r.size
JOIN regions_department d ON d.region_id = r.id;
INSERT INTO budget_budgetsheet (unit_id, region_id, year_id, round, state, total, note, return_reason, version, updated_at)
SELECT id, region_id, %(year)s, %(round)s, 'accepted', 0, '', '', 1, now() - (id %% 900) * interval '1 day'
FROM regions_unit;
