"""Tables of disbursement."""
