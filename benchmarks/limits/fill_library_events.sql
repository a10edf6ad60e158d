-- The history of the cases that are not over, as the engine writes it.
INSERT INTO lowcode_caseevent (case_id, seq, kind, user_id, name, post_label, task, step, data, at)
SELECT c.id, row_number() OVER (PARTITION BY c.id ORDER BY e.place), e.kind, e.who, coalesce(w.name, ''), '', e.task, e.step,
       e.data, c.started_at + e.place * interval '6 hours'
FROM lowcode_case c
JOIN bench_case b ON b.id = c.id
CROSS JOIN LATERAL (
    SELECT 0 AS place, 'started' AS kind, c.applicant_id AS who, '' AS task, '' AS step, '{}'::jsonb AS data
    UNION ALL
    SELECT s.place * 2 - 1, 'entered', NULL, '', s.key,
           jsonb_build_object('approvers', jsonb_build_array(jsonb_build_array(t.user_id, t.post_id)))
    FROM (VALUES (1, 'unit_head'), (2, 'department'), (3, 'finance')) AS s (place, key)
    JOIN lowcode_task t ON t.case_id = c.id AND t.step = s.key AND t.kind = 'main'
    UNION ALL
    SELECT s.place * 2, 'approved', t.user_id, t.key, s.key, '{"opinion": "同意"}'
    FROM (VALUES (1, 'unit_head'), (2, 'department'), (3, 'finance')) AS s (place, key)
    JOIN lowcode_task t ON t.case_id = c.id AND t.step = s.key AND t.kind = 'main' AND t.state = 'done'
    WHERE c.state = 'running' OR s.place < 3
    UNION ALL
    SELECT 6, 'returned', t.user_id, t.key, 'finance', '{"to": "applicant", "reason": "请补充立项依据", "fields": []}'
    FROM lowcode_task t WHERE t.case_id = c.id AND t.step = 'finance' AND t.kind = 'main' AND c.state = 'returned'
) e
LEFT JOIN accounts_user w ON w.id = e.who
WHERE c.state IN ('running', 'returned')
ORDER BY c.id, e.place;
UPDATE lowcode_case c SET last_seq = e.last FROM (SELECT case_id, max(seq) AS last FROM lowcode_caseevent GROUP BY case_id) e
WHERE e.case_id = c.id;
