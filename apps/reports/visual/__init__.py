"""Visual reports: performance of a project, a unit, a department or a region in charts, each with the table that says the same."""
