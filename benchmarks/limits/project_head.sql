-- One project of a league with the names around it, each by its key: a join of as many tables costs more to plan.
SELECT p.*,
       (SELECT name_zh_hans FROM regions_unit WHERE id = p.unit_id),
       (SELECT name_zh_hans FROM regions_region WHERE id = p.region_id),
       (SELECT name_zh_hans FROM regions_department WHERE id = p.department_id),
       (SELECT name_zh_hans FROM projects_projectcategory WHERE id = p.category_id),
       (SELECT name FROM projects_project WHERE id = p.upper_id),
       (SELECT name FROM projects_project WHERE id = p.continues_id),
       (SELECT version_id FROM lowcode_answer WHERE id = p.answer_id)
FROM projects_project p WHERE p.league_id = %(league)s AND p.id = %(project)s
