-- Their figures, frozen once the rows are in.
INSERT INTO budget_snapshot (compilation_id, number, total, line_count, missing_units, missing_reason, digest, taken_at)
SELECT c.id, 1, 0, 0, 0, '', '', c.updated_at - interval '2 days'
FROM budget_compilation c WHERE c.year_id = ANY (%(years)s) AND c.round = %(round)s
ORDER BY c.id
