"""Filters of subsidies."""
