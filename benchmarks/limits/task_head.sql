-- One task with its case, the flow and the names around them.
SELECT t.*, c.*, v.number, v.body, f.name, p.role,
       (SELECT name_zh_hans FROM regions_region WHERE id = c.region_id),
       (SELECT name_zh_hans FROM regions_unit WHERE id = c.unit_id),
       (SELECT name FROM accounts_user WHERE id = c.applicant_id),
       (SELECT name_zh_hans FROM regions_region WHERE id = p.region_id)
FROM lowcode_task t
JOIN lowcode_case c ON c.id = t.case_id
JOIN lowcode_flowversion v ON v.id = c.version_id
JOIN lowcode_flowdefinition f ON f.id = v.definition_id
LEFT JOIN accounts_post p ON p.id = t.post_id
WHERE t.user_id = %(officer)s AND t.id = %(task)s
