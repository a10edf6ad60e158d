SELECT v.id, v.number, v.reason, v.digest, v.made_at, u.name FROM projects_projectversion v
LEFT JOIN accounts_user u ON u.id = v.user_id WHERE v.project_id = %(project)s ORDER BY v.number DESC
