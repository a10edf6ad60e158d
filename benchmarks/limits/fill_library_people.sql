-- One head a unit, one reviewer a department, one officer a region, each in one post.
CREATE TEMP TABLE bench_person AS
SELECT row_number() OVER (ORDER BY kind, id) AS place, kind, id AS node, role
FROM (
    SELECT 'unit' AS kind, id, 'unit_head' AS role FROM regions_unit
    UNION ALL SELECT 'department', id, 'department_reviewer' FROM regions_department
    UNION ALL SELECT 'region', id, (ARRAY['region_officer', 'league_officer', 'banner_officer'])[least(level, 2) + 1]
    FROM regions_region
) nodes;
INSERT INTO accounts_user (password, is_superuser, username, email, is_staff, is_active, date_joined, name, phone, language,
                           must_change_password, session_epoch, password_changed_at)
SELECT '!', false, 'person' || place, '', false, true, now(),
       substr('王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗', place::int %% 20 + 1, 1)
       || substr('伟芳娜敏静丽强磊军洋勇艳杰娟涛明超兰霞平', place::int / 20 %% 20 + 1, 1),
       ''::bytea, '', false, 0, now()
FROM bench_person ORDER BY place;
INSERT INTO accounts_post (user_id, role, region_id, department_id, unit_id, valid_from)
SELECT u.id, p.role, CASE p.kind WHEN 'region' THEN p.node END, CASE p.kind WHEN 'department' THEN p.node END,
       CASE p.kind WHEN 'unit' THEN p.node END, date '2020-01-01'
FROM bench_person p JOIN accounts_user u ON u.username = 'person' || p.place ORDER BY p.place;
-- Who acts for a unit at the three steps of the flow.
CREATE TEMP TABLE bench_unit AS
SELECT row_number() OVER (ORDER BY u.id) - 1 AS place, u.id, u.region_id, u.league_id, u.department_id, r.code AS region_code,
       r.name_zh_hans AS region_name, ''::text AS letters,
       ARRAY[h.user_id, d.user_id, o.user_id] AS users, ARRAY[h.id, d.id, o.id] AS posts
FROM regions_unit u
JOIN regions_region r ON r.id = u.region_id
JOIN accounts_post h ON h.unit_id = u.id
JOIN accounts_post d ON d.department_id = u.department_id
JOIN accounts_post o ON o.region_id = u.region_id;
CREATE UNIQUE INDEX ON bench_unit (place);
CREATE UNIQUE INDEX ON bench_unit (id);
CREATE TEMP TABLE bench_name (place int PRIMARY KEY, category_id bigint, name text, letters text);
