"""The demonstration of performance: its library and goals, progress by month with values and surveys, results."""
