SELECT s.* FROM projects_projectsetting s JOIN regions_region r ON r.id = s.region_id
JOIN regions_region h ON h.id = %(region)s AND r.tree_id = h.tree_id AND r.lft <= h.lft AND r.rght >= h.rght
ORDER BY r.level DESC LIMIT 1
