SELECT * FROM projects_policybasis WHERE project_id = %(project)s ORDER BY number
