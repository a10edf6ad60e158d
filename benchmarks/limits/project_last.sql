-- The last page of a league's projects, read from the end.
SELECT p.id, p.updated_at, p.code, p.name, u.name_zh_hans, r.name_zh_hans, c.name_zh_hans, p.kind, p.start_year, p.end_year,
       p.total, p.state, p.urgency
FROM (
    SELECT * FROM projects_project p
    WHERE league_id = %(league)s AND /*where*/
    ORDER BY updated_at, id LIMIT 51
) p
JOIN regions_unit u ON u.id = p.unit_id
JOIN regions_region r ON r.id = p.region_id
LEFT JOIN projects_projectcategory c ON c.id = p.category_id
ORDER BY p.updated_at, p.id
