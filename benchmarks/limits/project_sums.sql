-- How many projects of a league there are and what they cost, as far as the list adds up.
SELECT count(*), sum(total)
FROM (SELECT total FROM projects_project p WHERE league_id = %(league)s AND /*where*/ LIMIT 10001) few
