-- A project's changes, with the names of what they point at.
SELECT h.*,
       (SELECT name FROM accounts_user WHERE id = h.history_user_id),
       (SELECT name_zh_hans FROM regions_unit WHERE id = h.unit_id),
       (SELECT name_zh_hans FROM regions_region WHERE id = h.region_id),
       (SELECT name_zh_hans FROM regions_department WHERE id = h.department_id),
       (SELECT name_zh_hans FROM projects_projectcategory WHERE id = h.category_id),
       (SELECT name FROM accounts_user WHERE id = h.author_id)
FROM projects_historicalproject h WHERE h.id = %(project)s ORDER BY h.history_date DESC, h.history_id DESC LIMIT 201
