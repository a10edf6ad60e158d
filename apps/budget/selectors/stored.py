"""Projects of the library that a budget may be made for, and what is left of each."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from apps.budget.models import BudgetRound, BudgetSheet
from apps.projects.models import Project, ProjectState

# Of each earlier year the accepted sheet of its last round counts: a project that was cut there holds nothing.
HELD = """
SELECT l.project_code, sum(l.amount) FROM budget_budgetline l JOIN (
    SELECT DISTINCT ON (s.year_id) s.id FROM budget_budgetsheet s
    WHERE s.unit_id = %(unit)s AND s.year_id < %(year)s AND s.state = 'accepted'
    ORDER BY s.year_id, array_position(%(rounds)s::text[], s.round::text) DESC
) a ON a.id = l.sheet_id
WHERE l.project_code = ANY(%(codes)s) GROUP BY 1
"""


@dataclass(frozen=True, slots=True)
class Room:
    """What may be budgeted for a project in all, and what earlier years hold of it."""

    project: Project
    held: Decimal

    @property
    def cap(self) -> Decimal:
        """Its total, or less where an expert review left less."""
        reviewed = self.project.reviewed
        return self.project.total if reviewed is None else min(reviewed, self.project.total)

    @property
    def left(self) -> Decimal:
        return self.cap - self.held


def stored_projects(unit_id: int, year: int) -> QuerySet[Project]:
    """The unit's projects in the store whose term covers the year."""
    return Project.objects.filter(
        unit=unit_id, state=ProjectState.STORED, start_year__lte=year, end_year__gte=year
    ).order_by("code")


def rooms_of(sheet: BudgetSheet, projects: Iterable[Project]) -> dict[str, Room]:
    """Code → what is left of the project in the year of the sheet. One query."""
    found = {project.code: project for project in projects}
    if not found:
        return {}
    asked: dict[str, Any] = {
        "unit": sheet.unit_id,
        "year": sheet.year_id,
        "codes": list(found),
        "rounds": BudgetRound.values,
    }
    with connection.cursor() as cursor:
        cursor.execute(HELD, asked)
        held = dict(cursor.fetchall())
    return {code: Room(project, held.get(code, Decimal(0))) for code, project in found.items()}


def offered_to(sheet: BudgetSheet) -> list[Room]:
    """What a line of the sheet may be for, by code; two queries."""
    return list(rooms_of(sheet, stored_projects(sheet.unit_id, sheet.year_id)).values())
