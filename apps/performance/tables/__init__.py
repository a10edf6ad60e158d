"""Lists of performance."""
