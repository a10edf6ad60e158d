SELECT * FROM projects_milestone WHERE project_id = %(project)s ORDER BY number
