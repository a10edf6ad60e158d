"""The administration of performance, part by part."""

from apps.performance import admin_goals

__all__ = ["admin_goals"]
