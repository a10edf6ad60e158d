"""Filters of disbursement."""
