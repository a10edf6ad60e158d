"""Targets of a project's year with what was reached."""

from apps.performance.models import ProjectYear, Target


def targets_of(of: ProjectYear) -> list[Target]:
    """The targets in order, each with the value that counts. One query."""
    return list(of.targets.select_related("latest").order_by("number"))
