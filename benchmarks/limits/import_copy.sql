-- The clean rows of the same file, already resolved, into the same table: its indexes, constraints and triggers.
COPY budget_budgetline (sheet_id, unit_id, region_id, league_id, year_id, round, number, function_id, department_economic_id,
    government_economic_id, fund_id, kind, project_code, project_name, amount, prior_approved, note) FROM STDIN
