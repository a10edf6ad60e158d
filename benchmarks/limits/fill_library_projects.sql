-- Projects %(first)s to %(last)s: units by hash, so that rows of a region lie scattered; what is under way is young.
INSERT INTO projects_project (
    code, name, unit_id, region_id, league_id, department_id, kind, category_id, level, origin, setup_year, start_year,
    end_year, responsible, phone, total, overview, necessity, feasibility, organisation, risks, is_capital, is_research,
    is_procurement, is_service, urgency, state, return_reason, version, revision, author_id, search_key, submitted_at,
    stored_at, created_at, updated_at)
SELECT code, words.name, u.id, u.region_id, u.league_id, u.department_id, '3', b.category_id, '2',
       CASE WHEN n %% 3 = 0 THEN 'continued' ELSE 'new' END, year, year, year + (n %% 4)::int, '张' || (n %% 97), %(phone)s,
       -- From ten thousand to a hundred million yuan, each power of ten as often as the other.
       round((10 ^ (4 + (pick >> 8 & 1023) / 255.0))::numeric, -2),
       words.name || '。项目建设内容包括' || b.name || '及配套设施,' || repeat('分年度组织实施,按进度拨付资金,', 4),
       '根据自治区国民经济和社会发展规划,' || repeat('本地区相关基础条件薄弱,亟需投入以补齐短板。', 5) || n,
       repeat('前期工作已经完成,用地、环评、资金来源均已落实。', 4) || pick,
       repeat('由项目单位组织实施,主管部门监督检查。', 2), repeat('受气候和价格影响,工期可能延长。', 2),
       n %% 5 = 0, n %% 31 = 0, n %% 4 = 0, n %% 7 = 0,
       CASE WHEN state IN ('draft', 'unit_review') THEN '' ELSE (n %% 4 + 1)::text END, state,
       CASE state WHEN 'returned' THEN '请补充立项依据' ELSE '' END, (state <> 'draft')::int, 1, u.users[1],
       words.name || ' ' || code || ' ' || u.letters || b.letters || year, CASE WHEN state <> 'draft' THEN at - interval '3 days' END,
       CASE WHEN state IN ('stored', 'terminated') THEN at END, at - interval '20 days', at
FROM (
    SELECT n, hashint8extended(n, 1) & 2147483647 AS pick, hashint8extended(n, 2) & 2147483647 AS place,
           hashint8extended(n, 3) & 2147483647 AS sort, (hashint8extended(n, 4) & 2147483647) %% 1000 AS stage,
           hashint8extended(n, 5) & 2147483647 AS age
    FROM generate_series(%(first)s::bigint, %(last)s::bigint) n
) rows
JOIN bench_unit u ON u.place = rows.place %% %(units)s
JOIN bench_name b ON b.place = sort %% %(names)s
CROSS JOIN LATERAL (
    SELECT CASE WHEN stage < 50 THEN 'draft' WHEN stage < 60 THEN 'unit_review' WHEN stage < 70 THEN 'department_review'
                WHEN stage < 75 THEN 'department_reserve' WHEN stage < 90 THEN 'finance_review' WHEN stage < 100 THEN 'returned'
                WHEN stage < 200 THEN 'review_pending' WHEN stage < 230 THEN 'refused' WHEN stage < 240 THEN 'terminated'
                WHEN stage < 270 THEN 'abandoned' ELSE 'stored' END AS state,
           timestamptz '2026-11-20' - (age %% (CASE WHEN stage < 200 THEN 120 ELSE 1500 END * 86400)) * interval '1 second' AS at
) way
CROSS JOIN LATERAL (SELECT extract(year FROM at)::int + 1 AS year) term
CROSS JOIN LATERAL (
    SELECT u.region_code || lpad((year %% 100)::text, 2, '0') || '3' || lpad(n::text, 12, '0') AS code,
           u.region_name || b.name || year || '年' AS name
) words
ORDER BY n
