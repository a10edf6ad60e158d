-- Experts of the whole region: 12 fields, one to three each, a history of work, kin of some, panels of this quarter.
UPDATE regions_unit SET name_zh_hans = name;
UPDATE regions_department SET name_zh_hans = name;
INSERT INTO review_expertfield (code, name, name_zh_hans, is_active)
SELECT 'field-' || n, 'field ' || n, 'field ' || n, true FROM generate_series(1, 12) n;
INSERT INTO accounts_user (username, name, password, is_superuser, is_staff, is_active, date_joined, email, phone,
                           language, must_change_password, session_epoch)
SELECT 'expert' || n, 'expert ' || n, '', false, false, true, now(), '', '', '', false, 0
FROM generate_series(1, %(experts)s) n;
INSERT INTO review_expert (region_id, user_id, name, level, title_rank, title, employer, employer_key, employer_unit_id,
                           languages, phone, phone_index, email, id_number, id_number_index, introduction, source,
                           state, state_reason, admitted_at, search_key, created_at, updated_at)
SELECT %(region)s, u.id, u.name, 0, (ARRAY['senior', 'associate', 'intermediate'])[1 + u.id %% 3], '',
       'institute ' || u.id %% 4000, 'institute' || u.id %% 4000,
       CASE WHEN u.id %% 10 = 0 THEN (SELECT min(id) FROM regions_unit) + u.id %% %(units)s END,
       CASE WHEN u.id %% 3 = 0 THEN ARRAY['zh', 'mn'] ELSE ARRAY['zh'] END, '', decode(md5(u.id::text), 'hex'), '', '',
       ''::bytea, '', 'import', 'admitted', '', now(), '', now(), now()
FROM accounts_user u WHERE u.username LIKE 'expert%%';
INSERT INTO review_expertspeciality (expert_id, field_id)
SELECT e.id, f.id FROM review_expert e JOIN generate_series(0, 2) n ON n <= e.id %% 3
JOIN (SELECT id, row_number() OVER (ORDER BY id) AS place FROM review_expertfield) f
    ON f.place = 1 + (e.id * 7 + n * 5) %% 12;
INSERT INTO review_employment (expert_id, employer, employer_key, unit_id, kind, since, until)
SELECT e.id, 'unit ' || (e.id + n) %% %(units)s, 'unit' || (e.id + n) %% %(units)s,
       CASE WHEN e.id %% 5 = 0 THEN (SELECT min(id) FROM regions_unit) + (e.id * 3 + n) %% %(units)s END,
       'employee', current_date - 365 * (2 + 3 * n), CASE WHEN n > 0 THEN current_date - 365 * (3 * n - 1) END
FROM review_expert e, generate_series(0, 2) n;
INSERT INTO review_kinship (expert_id, kind, employer, employer_key, unit_id, note)
SELECT e.id, 'spouse', 'unit', 'unit' || e.id %% %(units)s, NULL, '' FROM review_expert e WHERE e.id %% 10 = 3;
