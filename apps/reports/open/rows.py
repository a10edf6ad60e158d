"""Published rows as open data states them: one amount a row, in the language of the page."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from apps.performance.models import DisclosedLine, DisclosedResult, Disclosure, Grade
from apps.performance.selectors.disclosures import every_project
from apps.reports.open.fields import BUDGET, EXPENDITURE, PHASES, PROJECTS, RESULTS, YUAN, Field

Cells = tuple[str | int | Decimal | None, ...]


def budget_rows(made: Disclosure) -> Iterator[Cells]:
    """Each published sum in its three phases."""
    place = _place(made)
    for line in DisclosedLine.objects.filter(disclosure=made).order_by("function", "economic", "fund"):
        classes = (
            *(line.function, named(line, "function")),
            *(line.economic, named(line, "economic")),
            *(line.fund, named(line, "fund")),
        )
        for phase, label in PHASES.items():
            yield (*place, *classes, EXPENDITURE, phase, str(label), YUAN, getattr(line, phase))


def result_rows(made: Disclosure) -> Iterator[Cells]:
    """Each department's projects of one grade."""
    place = _place(made)
    for row in DisclosedResult.objects.filter(disclosure=made).order_by("department", "grade"):
        yield (
            *place,
            *(row.department, named(row, "department")),
            *(row.grade, str(Grade(row.grade).label)),
            *(row.projects, row.mean, YUAN, row.budget, row.executed),
        )


def project_rows(made: Disclosure) -> Iterator[Cells]:
    """Each project that has a budget in the year; score and grade are empty where no result was settled."""
    place = _place(made)
    for row in every_project(made):
        yield (
            *place,
            *(row.department, named(row, "department"), row.unit, named(row, "unit"), row.code, row.name),
            *(row.category, named(row, "category"), YUAN, row.budget, row.executed, row.score),
            *(row.grade, str(Grade(row.grade).label) if row.grade else ""),
        )


def _place(made: Disclosure) -> Cells:
    return made.year_id, made.region.code, made.region.name


def named(row: Any, name: str) -> str:
    """The name as it was published, in the language of the page where it has one."""
    mongolian = getattr(row, f"{name}_mvf") if get_language() == "mvf" else ""
    return str(mongolian or getattr(row, f"{name}_name"))


@dataclass(frozen=True, slots=True)
class Resource:
    """One table of the package; one that may be long is sent while it is read."""

    label: str | Promise
    fields: Sequence[Field]
    rows: Callable[[Disclosure], Iterator[Cells]]
    is_long: bool = False


RESOURCES = {
    "budget": Resource(_("budget and its execution"), BUDGET, budget_rows),
    "projects": Resource(_("projects and their results"), PROJECTS, project_rows, is_long=True),
    "results": Resource(_("results of performance"), RESULTS, result_rows),
}
