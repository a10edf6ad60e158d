SELECT * FROM lowcode_task WHERE user_id = %(officer)s AND case_id = %(case)s AND state = 'open' ORDER BY id LIMIT 1
