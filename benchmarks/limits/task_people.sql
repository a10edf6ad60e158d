-- Whom the holder of a task may name: people of the unit, its department and the regions above.
SELECT p.id, p.role, u.id, u.name, p.region_id, p.unit_id, p.department_id FROM accounts_post p
JOIN accounts_user u ON u.id = p.user_id AND u.is_active
WHERE (p.region_id = ANY (ARRAY(
           SELECT a.id FROM regions_region a JOIN regions_region r ON r.id = %(region)s
           WHERE a.tree_id = r.tree_id AND a.lft <= r.lft AND a.rght >= r.rght))
       OR p.unit_id = %(unit)s
       OR p.department_id = ANY (ARRAY(SELECT department_id FROM regions_unit WHERE id = %(unit)s)))
  AND p.valid_from <= current_date AND (p.valid_to IS NULL OR p.valid_to >= current_date)
ORDER BY p.unit_id, p.department_id, u.name, p.id LIMIT 400
