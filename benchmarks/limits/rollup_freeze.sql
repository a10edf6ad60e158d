-- The least that freezing the whole region's figures can be: the rows of the reports copied as they are.
CREATE TEMP TABLE frozen ON COMMIT DROP AS
SELECT r.region_id, r.function_id, r.department_economic_id, r.government_economic_id, r.fund_id, r.amount, r.line_count
FROM budget_snapshotrow r WHERE r.snapshot_id = %(snapshot)s
