-- What every tenth project consists of, and a tag or two for every third.
CREATE TEMP TABLE bench_full AS SELECT id, total, start_year, name FROM projects_project WHERE id %% 10 = 0;
INSERT INTO projects_fundingline (project_id, number, year, fund_id, amount)
SELECT p.id, l, p.start_year, f.ids[l], CASE l WHEN 1 THEN round(p.total * 0.6, 2) ELSE p.total - round(p.total * 0.6, 2) END
FROM bench_full p, generate_series(1, 2) l,
     (SELECT array_agg(id ORDER BY id) AS ids FROM codes_code WHERE catalog = 'fund_type' AND is_leaf AND year_id = 2027) f;
INSERT INTO projects_costline (project_id, number, year, content, quantity, measure, price, basis, function_id,
                               department_economic_id, government_economic_id, is_procurement)
SELECT p.id, l, p.start_year, '测算内容' || l, 1, '项', round(p.total * 0.5, 2), '按定额测算',
       f.ids[p.id %% f.size + 1], d.ids[p.id %% d.size + 1], g.ids[p.id %% g.size + 1], l = 1
FROM bench_full p, generate_series(1, 2) l,
     (SELECT array_agg(id ORDER BY id) AS ids, count(*)::int AS size FROM codes_code
      WHERE catalog = 'function' AND is_leaf AND year_id = 2027) f,
     (SELECT array_agg(id ORDER BY id) AS ids, count(*)::int AS size FROM codes_code
      WHERE catalog = 'economic_dept' AND is_leaf AND year_id = 2027) d,
     (SELECT array_agg(id ORDER BY id) AS ids, count(*)::int AS size FROM codes_code
      WHERE catalog = 'economic_gov' AND is_leaf AND year_id = 2027) g;
INSERT INTO projects_milestone (project_id, number, content, starts, ends, goal)
SELECT p.id, l, '阶段' || l, make_date(p.start_year, l * 3, 1), make_date(p.start_year, l * 3 + 2, 28), '完成' || l * 50 || '%%'
FROM bench_full p, generate_series(1, 2) l;
INSERT INTO projects_policybasis (project_id, number, title, document_number)
SELECT id, 1, '关于下达专项资金的通知', '内财农〔2026〕' || id %% 9999 + 1 || '号' FROM bench_full;
INSERT INTO projects_projecttag (project_id, tag_id)
SELECT p.id, t.ids[p.id / 3 %% t.size + 1]
FROM projects_project p, (SELECT array_agg(id ORDER BY id) AS ids, count(*)::int AS size FROM projects_policytag) t
WHERE p.id %% 3 = 0
UNION
SELECT p.id, t.ids[1]
FROM projects_project p, (SELECT array_agg(id ORDER BY id) AS ids FROM projects_policytag) t
WHERE p.id %% 97 = 0;
