SELECT t.*, u.name, p.*, r.*, n.*, nr.*, d.*, dr.* FROM lowcode_task t
JOIN accounts_user u ON u.id = t.user_id
LEFT JOIN accounts_post p ON p.id = t.post_id
LEFT JOIN regions_region r ON r.id = p.region_id
LEFT JOIN regions_unit n ON n.id = p.unit_id LEFT JOIN regions_region nr ON nr.id = n.region_id
LEFT JOIN regions_department d ON d.id = p.department_id LEFT JOIN regions_region dr ON dr.id = d.region_id
WHERE t.case_id = %(case)s AND t.state IN ('open', 'waiting') ORDER BY t.id
