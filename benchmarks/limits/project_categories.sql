SELECT * FROM projects_projectcategory ORDER BY tree_id, lft
