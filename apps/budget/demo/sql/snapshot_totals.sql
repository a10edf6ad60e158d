-- What each snapshot adds up to.
UPDATE budget_snapshot n SET total = r.amount, line_count = r.line_count
FROM (SELECT snapshot_id, sum(amount) AS amount, sum(line_count) AS line_count
      FROM budget_snapshotrow GROUP BY snapshot_id) r
WHERE n.id = r.snapshot_id AND n.digest = ''
