-- Who has the case now, in which post.
SELECT t.*, u.name, p.role,
       (SELECT name_zh_hans FROM regions_region WHERE id = p.region_id),
       (SELECT name_zh_hans FROM regions_unit WHERE id = p.unit_id),
       (SELECT name_zh_hans FROM regions_department WHERE id = p.department_id)
FROM lowcode_task t
JOIN accounts_user u ON u.id = t.user_id
LEFT JOIN accounts_post p ON p.id = t.post_id
WHERE t.case_id = %(case)s AND t.state IN ('open', 'waiting') ORDER BY t.id
