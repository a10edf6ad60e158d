SELECT v.* FROM lowcode_formversion v JOIN lowcode_formdefinition d ON d.id = v.definition_id
JOIN regions_region r ON r.id = d.region_id
JOIN regions_region h ON h.id = %(region)s AND r.tree_id = h.tree_id AND r.lft <= h.lft AND r.rght >= h.rght
WHERE d.purpose = 'project' AND v.state = 'published' AND (d.unit_id IS NULL OR d.unit_id = %(unit)s)
ORDER BY d.unit_id NULLS LAST, r.level DESC, v.published_at DESC, v.id DESC LIMIT 1
