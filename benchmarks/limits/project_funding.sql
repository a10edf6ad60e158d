SELECT f.*, c.* FROM projects_fundingline f LEFT JOIN codes_code c ON c.id = f.fund_id WHERE f.project_id = %(project)s ORDER BY f.number
