"""Acts on forms, flows, cases and tasks."""
