"""Filters of the review's lists."""
