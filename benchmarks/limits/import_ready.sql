-- Units, each with a draft sheet in the round that the limit writes into, and a derivation for every class.
INSERT INTO regions_unit (region_id, league_id, department_id, code, credit_code, name, name_zh_hans, nature, phone,
                          search_key)
SELECT r.id, r.league_id, d.id, lpad((800000 + n)::text, 6, '0'), lpad((800000 + n)::text, 18, '0'), 'unit ' || n,
       'unit ' || n, 'administrative', '', ''
FROM generate_series(1, %(units)s) n
JOIN (SELECT id, league_id, row_number() OVER (ORDER BY code) - 1 AS place, count(*) OVER () AS size
      FROM regions_region) r ON r.place = (n * n) %% r.size
JOIN regions_department d ON d.region_id = r.id;
INSERT INTO budget_budgetsheet (unit_id, region_id, year_id, round, state, total, note, return_reason, version, updated_at)
SELECT id, region_id, %(year)s, %(round)s, 'draft', 0, '', '', 1, now() FROM regions_unit WHERE code >= '800000';
INSERT INTO codes_economicderivation (year_id, department_economic_id, nature, government_economic_id, is_verified, source)
SELECT %(year)s, d.id, 'administrative', g.id, false, ''
FROM (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM codes_code WHERE catalog = 'economic_dept') d
JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM codes_code WHERE catalog = 'economic_gov') g
    ON g.place = d.place / 2;
ANALYZE
