-- A league's library by category and state.
SELECT category_id, state, count(*), sum(total) FROM projects_project p
WHERE league_id = %(league)s AND /*where*/
GROUP BY category_id, state
