"""Filters of the ledger's lists."""
