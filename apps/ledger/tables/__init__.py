"""Columns of the ledger's lists."""
