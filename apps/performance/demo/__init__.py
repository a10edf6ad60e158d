"""The demonstration of performance: years that are open, progress by month, values with evidence, surveys."""
