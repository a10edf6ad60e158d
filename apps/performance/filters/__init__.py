"""Filters of performance."""
