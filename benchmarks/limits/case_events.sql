SELECT * FROM lowcode_caseevent WHERE case_id = %(case)s ORDER BY seq
