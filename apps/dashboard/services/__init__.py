"""Acts of the dashboards: working figures out, and what the administration keeps for them."""
