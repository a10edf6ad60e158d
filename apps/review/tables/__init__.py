"""Columns of the review's lists."""
