SELECT t.* FROM projects_policytag t JOIN projects_projecttag x ON x.tag_id = t.id WHERE x.project_id = %(project)s ORDER BY t.code
