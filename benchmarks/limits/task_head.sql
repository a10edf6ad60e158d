-- One task with its case, the flow and the post.
SELECT t.*, c.*, v.*, f.*, fr.*, r.*, u.*, a.*, p.*, pr.*
FROM lowcode_task t
JOIN lowcode_case c ON c.id = t.case_id
JOIN lowcode_flowversion v ON v.id = c.version_id
JOIN lowcode_flowdefinition f ON f.id = v.definition_id
JOIN regions_region fr ON fr.id = f.region_id
JOIN regions_region r ON r.id = c.region_id
LEFT JOIN regions_unit u ON u.id = c.unit_id
LEFT JOIN accounts_user a ON a.id = c.applicant_id
LEFT JOIN accounts_post p ON p.id = t.post_id
LEFT JOIN regions_region pr ON pr.id = p.region_id
WHERE t.user_id = %(officer)s AND t.id = %(task)s
