-- One project of a league with the names around it.
SELECT p.*, u.*, r.*, d.*, c.*, o.code, o.name, l.code, l.name
FROM projects_project p
JOIN regions_unit u ON u.id = p.unit_id
JOIN regions_region r ON r.id = p.region_id
JOIN regions_department d ON d.id = p.department_id
LEFT JOIN projects_projectcategory c ON c.id = p.category_id
LEFT JOIN projects_project o ON o.id = p.upper_id
LEFT JOIN projects_project l ON l.id = p.continues_id
WHERE p.league_id = %(league)s AND p.id = %(project)s
