-- Three tasks a case as far as it came, copies of some, and the officer's share of the league's.
CREATE TEMP TABLE bench_case AS
SELECT c.id, c.state, c.region_id, c.league_id, c.started_at, u.users, u.posts,
       CASE WHEN c.state = 'running' THEN CASE c.step WHEN 'unit_head' THEN 1 WHEN 'department' THEN 2 ELSE 3 END ELSE 3 END AS reached,
       CASE WHEN c.league_id = %(league)s THEN row_number() OVER (
           PARTITION BY c.league_id, c.state = 'running' ORDER BY hashint8extended(c.id, 9)) END AS pick,
       hashint8extended(c.id, 8) & 2147483647 AS luck
FROM lowcode_case c JOIN bench_unit u ON u.id = c.unit_id;
INSERT INTO lowcode_task (case_id, key, user_id, post_id, kind, state, step, step_name, circulation, due, created_at, done_at)
SELECT c.id, '1.' || s.key || '.' || s.place, CASE WHEN mine THEN %(officer)s ELSE users[s.place] END,
       CASE WHEN mine THEN %(post)s ELSE posts[s.place] END, 'main', t.state, s.key, s.name, 1,
       CASE WHEN t.state = 'open' THEN current_date + (luck %% 20 - 8)::int END,
       c.started_at + s.place * interval '1 day',
       CASE WHEN t.state <> 'open' THEN c.started_at + s.place * interval '2 days' END
FROM bench_case c
JOIN (VALUES (1, 'unit_head', '{"zh": "单位负责人审核"}'::jsonb), (2, 'department', '{"zh": "主管部门审核"}'),
             (3, 'finance', '{"zh": "财政部门审核"}')) AS s (place, key, name) ON s.place <= c.reached
CROSS JOIN LATERAL (
    SELECT CASE WHEN c.state = 'running' AND s.place = c.reached THEN 'open' WHEN c.state = 'withdrawn' THEN 'closed'
                ELSE 'done' END AS state,
           coalesce(s.place = c.reached AND pick <= CASE WHEN c.state = 'running' THEN %(open)s ELSE %(done)s END, false) AS mine
) t
ORDER BY c.id, s.place;
INSERT INTO lowcode_task (case_id, key, user_id, post_id, kind, state, step, step_name, circulation, created_at)
SELECT id, '1.copy.9', CASE WHEN mine THEN %(officer)s ELSE users[2 + luck %% 2] END,
       CASE WHEN mine THEN NULL ELSE posts[2 + luck %% 2] END, 'copy', 'done', '', '{}', 1, started_at + interval '3 days'
FROM bench_case
CROSS JOIN LATERAL (SELECT coalesce(state <> 'running' AND pick > %(done)s AND pick <= %(done)s + %(copies)s, false) AS mine) t
WHERE mine OR luck %% 6 = 0
ORDER BY id;
