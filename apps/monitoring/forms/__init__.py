"""Forms of alarms and rules."""
