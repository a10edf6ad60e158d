-- A league's projects, changed last: the page's rows by one index, then the names of 51 of them.
SELECT p.id, p.updated_at, p.code, p.name, u.name_zh_hans, r.name_zh_hans, c.name_zh_hans, p.kind, p.start_year, p.end_year,
       p.total, p.state, p.urgency
FROM (
    SELECT * FROM projects_project p
    WHERE league_id = %(league)s AND /*where*/
    ORDER BY updated_at DESC, id DESC LIMIT 51
) p
JOIN regions_unit u ON u.id = p.unit_id
JOIN regions_region r ON r.id = p.region_id
LEFT JOIN projects_projectcategory c ON c.id = p.category_id
ORDER BY p.updated_at DESC, p.id DESC
