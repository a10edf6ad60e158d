-- What the nearest by name are for.
SELECT id, overview, necessity FROM projects_project WHERE id = ANY (%(nearest)s)
