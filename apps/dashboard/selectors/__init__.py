"""What the dashboards read; nothing here writes."""
