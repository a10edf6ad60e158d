-- The cases of one document with their flow, and the names around them.
SELECT c.*, v.number, v.body, f.name,
       (SELECT name_zh_hans FROM regions_region WHERE id = c.region_id),
       (SELECT name_zh_hans FROM regions_unit WHERE id = c.unit_id),
       (SELECT name FROM accounts_user WHERE id = c.applicant_id)
FROM lowcode_case c
JOIN lowcode_flowversion v ON v.id = c.version_id
JOIN lowcode_flowdefinition f ON f.id = v.definition_id
WHERE c.subject = 'projects.application' AND c.document_id = %(project)s ORDER BY c.id DESC LIMIT 10
