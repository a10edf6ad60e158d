-- People around a case whom a task can be handed to.
SELECT u.id, u.name FROM accounts_post p JOIN accounts_user u ON u.id = p.user_id
WHERE p.region_id = %(region)s OR p.unit_id = %(unit)s OR p.department_id IN (
    SELECT department_id FROM regions_unit WHERE id = %(unit)s)
