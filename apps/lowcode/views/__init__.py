"""Pages of forms and flows."""
