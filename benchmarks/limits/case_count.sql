SELECT count(*) FROM (
    SELECT 1 FROM lowcode_case c WHERE applicant_id = %(officer)s AND league_id = %(league)s AND /*where*/ LIMIT %(cap)s
) few
