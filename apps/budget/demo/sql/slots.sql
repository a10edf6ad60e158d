-- One row for each line that a unit has every year. The seeds are hashes, so that every run chooses the same.
-- The average is %(lines)s lines a unit: of two neighbours one has as many more as the other has less.
CREATE TEMP TABLE demo_slot ON COMMIT DROP AS
WITH unit AS (
    SELECT u.*, %(lines)s + CASE WHEN serial %% 2 = 0 THEN 1 ELSE -1 END * spread.n AS lines,
           (ARRAY[9, 3, 1])[level + 1] AS scale,
           staff_low + (seed & 65535) %% (staff_high - staff_low + 1) AS staff
    FROM demo_unit u
    CROSS JOIN LATERAL (
        SELECT CASE WHEN u.serial <= (SELECT max(serial) / 2 * 2 FROM demo_unit)
                    THEN (hashint8extended((u.serial + 1) / 2, 11) & 65535) %% (%(lines)s / 4 + 1) ELSE 0 END AS n
    ) spread
), candidate AS (
    SELECT u.unit_id, u.nature, u.lines, u.scale, u.staff, u.region_code, t.*, phase,
           hashint8extended(u.seed, t.id + phase * 100000) AS line_seed,
           hashint8extended(u.seed, t.project + phase * 1000) AS project_seed,
           u.serial * 10000 + t.project * 10 + phase AS project_serial,
           u.lines * (36 + (u.seed >> 16 & 65535) %% 15) / 100 AS basics
    FROM unit u
    JOIN demo_template t ON t.body = u.body AND t.sort = ANY (u.sorts)
    CROSS JOIN LATERAL generate_series(1, CASE WHEN t.project = 0 THEN 1 ELSE %(phases)s END) phase
), ranked AS (
    SELECT c.*, count(*) FILTER (WHERE project = 0) OVER (PARTITION BY unit_id) AS basics_there,
           row_number() OVER (
               PARTITION BY unit_id, project = 0
               ORDER BY phase, NOT first, NOT own, CASE WHEN project = 0 THEN line_seed ELSE project_seed END, part
           ) AS place
    FROM candidate c
)
SELECT row_number() OVER (ORDER BY r.unit_id, r.project <> 0, r.function, r.project_serial, r.economic, r.fund) AS id,
       r.unit_id, row_number() OVER (
           PARTITION BY r.unit_id ORDER BY r.project <> 0, r.function, r.project_serial, r.economic, r.fund
       ) AS number,
       r.line_seed AS seed, r.project, r.region_code, r.project_serial, r.letter,
       r.name || CASE WHEN phase > 1 THEN '（' || (ARRAY['', '二', '三', '四', '五', '六', '七', '八', '九'])[phase] || '期）'
                      ELSE '' END AS name,
       f.id AS function_id, d.id AS department_economic_id, e.government_economic_id, k.id AS fund_id,
       r.economic LIKE '301%%' AS is_pay,
       (r.low + (r.line_seed & 1048575) * (r.high - r.low) / 1048575)
           * CASE WHEN r.project = 0 THEN r.staff * (ARRAY[4, 2, 1])[CASE r.scale WHEN 9 THEN 1 WHEN 3 THEN 2 ELSE 3 END]
                  ELSE r.scale END AS cents,
       CASE WHEN r.project = 0 THEN 150 + (r.line_seed >> 20 & 1023) %% 270
            ELSE -600 + (r.project_seed >> 20 & 4095) %% 1800 END AS growth,
       -- A project ends after two to five years and another one begins; subsidies and upkeep go on.
       CASE WHEN r.project = 0 OR r.letter = 'Y' OR r.first THEN 0 ELSE 2 + (r.project_seed >> 32 & 255) %% 4 END AS lasts,
       r.project_seed >> 40 & 255 AS turn,
       CASE WHEN r.project = 0 THEN 1 ELSE 10000 END AS step
FROM ranked r
JOIN codes_code f ON f.year_id = %(year)s AND f.catalog = 'function' AND f.code = r.function
JOIN codes_code d ON d.year_id = %(year)s AND d.catalog = 'economic_dept' AND d.code = r.economic
JOIN codes_code k ON k.year_id = %(year)s AND k.catalog = 'fund_type' AND k.code = r.fund
JOIN codes_economicderivation e ON e.department_economic_id = d.id AND e.nature = r.nature
WHERE r.place <= CASE WHEN r.project = 0 THEN r.basics ELSE r.lines - least(r.basics, r.basics_there) END
