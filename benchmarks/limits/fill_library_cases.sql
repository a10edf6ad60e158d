-- One case for each project that was ever handed in.
INSERT INTO lowcode_case (subject, document_id, label, url, version_id, region_id, league_id, unit_id, applicant_id,
                          applicant_post_id, state, step, circulation, amount, values, chosen, last_seq, started_at, ended_at)
SELECT 'projects.application', p.id, p.name, '/projects/' || p.id || '/', %(version)s, p.region_id, p.league_id, p.unit_id,
       -- A few applications of its league are the officer's own.
       CASE WHEN p.league_id = %(league)s AND p.id %% 40 = 1 THEN %(officer)s ELSE u.users[1] END, u.posts[1],
       CASE WHEN p.state IN ('unit_review', 'department_review', 'department_reserve', 'finance_review') THEN 'running'
            WHEN p.state = 'returned' THEN 'returned' WHEN p.state = 'refused' THEN 'rejected'
            WHEN p.state = 'abandoned' THEN 'withdrawn' ELSE 'approved' END,
       CASE p.state WHEN 'unit_review' THEN 'unit_head' WHEN 'department_review' THEN 'department'
                    WHEN 'department_reserve' THEN 'department' WHEN 'finance_review' THEN 'finance' ELSE '' END,
       1, p.total, jsonb_build_object('amount', p.total::text, 'kind', p.kind, 'level', p.level, 'origin', p.origin,
                                      'years', p.end_year - p.start_year + 1, 'region_level', 2), '{}', 4, p.submitted_at,
       CASE WHEN p.state IN ('unit_review', 'department_review', 'department_reserve', 'finance_review', 'returned') THEN NULL
            ELSE p.updated_at END
FROM projects_project p JOIN bench_unit u ON u.id = p.unit_id
WHERE p.state <> 'draft' ORDER BY p.submitted_at, p.id;
