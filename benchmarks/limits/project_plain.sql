SELECT * FROM projects_project WHERE league_id = %(league)s AND id = %(project)s
