"""Targets of a project's year with what was reached, and whether the project's goals are others by now."""

from typing import Any

from django.db import connection

from apps.performance.models import ProjectYear, Target, YearState

# How far goals of a project (alias p) that were approved after its year (alias y) was opened come into it. Where nothing hangs
# on the targets they are laid anew; where something does, only while the indicators are the same ones: then their targets and
# points follow. Never under an evaluation.
UNUSED = """
NOT EXISTS (SELECT FROM performance_monitoringform f WHERE f.of_id = y.id) AND NOT EXISTS (
    SELECT FROM performance_target t WHERE t.of_id = y.id AND (
        EXISTS (SELECT FROM performance_actualvalue v WHERE v.target_id = t.id)
        OR EXISTS (SELECT FROM performance_progressquantity q WHERE q.target_id = t.id)
        OR EXISTS (SELECT FROM performance_survey s WHERE s.target_id = t.id)))
"""
STATED = "SELECT g.number, g.kind, g.content FROM projects_goalindicator g WHERE g.project_id = y.project_id AND g.nature <> ''"
HELD = "SELECT t.number, t.kind, t.content FROM performance_target t WHERE t.of_id = y.id"
TAKEN_OVER = f"""NOT EXISTS (SELECT FROM performance_evaluation e WHERE e.of_id = y.id)
  AND ({UNUSED} OR NOT EXISTS (({STATED} EXCEPT {HELD}) UNION ALL ({HELD} EXCEPT {STATED})))
"""
MAY_BE_TAKEN = f"SELECT {TAKEN_OVER} FROM performance_projectyear y WHERE y.id = %s"  # noqa: S608 - constants
COMPARED = ("number", "kind", "content", "nature", "measure")


def targets_of(of: ProjectYear) -> list[Target]:
    """The targets in order, each with the value that counts. One query."""
    return list(of.targets.select_related("latest").order_by("number"))


def goals_changed(of: ProjectYear) -> str:
    """Whether the project's goals are others than the year's: empty, `open` where the year can take them over, `kept` where
    it keeps its own because of what was recorded or evaluated. No query while the application is the one of the year."""
    if of.project.version <= of.version or of.state in {YearState.SETTLED, YearState.DROPPED}:
        return ""
    if _is_the_same(of):
        return ""
    if of.state != YearState.RUNNING or of.project.state != "stored":
        return "kept"
    with connection.cursor() as cursor:
        cursor.execute(MAY_BE_TAKEN, [of.pk])
        return "open" if cursor.fetchone()[0] else "kept"


def _is_the_same(of: ProjectYear) -> bool:
    """Whether the approved goals say what the targets say; weights are compared where the application states all of them."""
    goals = list(of.project.goals.exclude(nature="").order_by("number"))
    targets = list(of.targets.order_by("number"))
    weighed = all(goal.weight is not None for goal in goals)
    stated = [(*_plain(goal), goal.annual or goal.value, goal.weight if weighed else None) for goal in goals]
    held = [(*_plain(target), target.words, target.weight if weighed else None) for target in targets]
    return stated == held


def _plain(row: Any) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in COMPARED)
