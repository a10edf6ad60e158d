SELECT k.*, f.*, d.*, g.* FROM projects_costline k
LEFT JOIN codes_code f ON f.id = k.function_id
LEFT JOIN codes_code d ON d.id = k.department_economic_id
LEFT JOIN codes_code g ON g.id = k.government_economic_id
WHERE k.project_id = %(project)s ORDER BY k.number
