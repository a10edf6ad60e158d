"""Forms of disbursement."""
