"""What pages ask about forms, flows, cases and tasks."""
