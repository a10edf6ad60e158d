-- Living projects of the same region that share a pair of characters of the name.
SELECT id, name FROM projects_project
WHERE region_id = %(region)s AND state NOT IN ('refused', 'terminated', 'abandoned') AND id <> %(project)s
  AND search_key LIKE ANY (%(pairs)s)
ORDER BY id DESC LIMIT 20000
