"""The administration of performance, part by part."""

from apps.performance import admin_framework, admin_goals, admin_schemes

__all__ = ["admin_framework", "admin_goals", "admin_schemes"]
