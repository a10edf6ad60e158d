-- A person's tasks, the newest first, with their documents: the keys by one index, then what 51 of them show.
SELECT t.id, t.due, t.step, t.step_name, t.kind, t.created_at, t.done_at, c.label, c.subject, c.amount, c.state,
       a.name, r.name_zh_hans, u.name_zh_hans
FROM (
    SELECT t.* FROM lowcode_task t /*join*/
    WHERE t.user_id = %(officer)s AND /*where*/
    ORDER BY t.id DESC LIMIT 51
) t
JOIN lowcode_case c ON c.id = t.case_id
JOIN regions_region r ON r.id = c.region_id
LEFT JOIN regions_unit u ON u.id = c.unit_id
LEFT JOIN accounts_user a ON a.id = c.applicant_id
ORDER BY t.id DESC
