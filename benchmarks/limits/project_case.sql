-- The cases of one document with their flow.
SELECT c.*, v.*, f.*, r.*, u.*, a.name FROM lowcode_case c
JOIN lowcode_flowversion v ON v.id = c.version_id
JOIN lowcode_flowdefinition f ON f.id = v.definition_id
JOIN regions_region r ON r.id = c.region_id
LEFT JOIN regions_unit u ON u.id = c.unit_id
LEFT JOIN accounts_user a ON a.id = c.applicant_id
WHERE c.subject = 'projects.application' AND c.document_id = %(project)s ORDER BY c.id DESC LIMIT 10
