SELECT h.*, u.name FROM projects_historicalproject h LEFT JOIN accounts_user u ON u.id = h.history_user_id
WHERE h.id = %(project)s ORDER BY h.history_date DESC, h.history_id DESC LIMIT 51
