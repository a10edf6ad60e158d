-- How many tasks of a person there are, as far as the list counts.
SELECT count(*) FROM (
    SELECT 1 FROM lowcode_task t /*join*/ WHERE t.user_id = %(officer)s AND /*where*/ LIMIT %(cap)s
) few
