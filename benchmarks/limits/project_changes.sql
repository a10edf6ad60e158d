SELECT c.*, u.name FROM projects_projectchange c LEFT JOIN accounts_user u ON u.id = c.author_id
WHERE c.project_id = %(project)s ORDER BY c.number DESC
