"""Reading performance."""
