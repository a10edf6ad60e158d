"""What performance shows on the page of a project, and on that of next year's budget sheet."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.performance.models import ProjectYear
from apps.performance.selectors.lastyear import over_ceiling, results_before
from apps.projects.models import Project
from imbudget.kit.registry import Panel


def _years(page: Any, project: Project) -> dict[str, Any]:
    """Its years and those of the project that it continues, with what became of their results."""
    keys = [key for key in (project.pk, project.continues_id) if key]
    rows = ProjectYear.objects.visible_to(page.actor).filter(project__in=keys).select_related("project", "use")
    return {"years": list(rows.order_by("-year", "-pk")) if page.actor.can("performance.see") else []}


def _results(page: Any, sheet: Any) -> dict[str, Any]:
    """Lines of projects with last year's score, what was cut because of it, and what is asked for above that."""
    lines = list(sheet.lines.exclude(project_code="").order_by("number"))
    uses = results_before(page.actor, {line.project_code for line in lines}, sheet.year_id)
    asked: dict[str, Decimal] = {}
    for line in lines:
        asked[line.project_code] = asked.get(line.project_code, Decimal(0)) + line.amount
    rows = [
        {
            "line": line,
            "use": use,
            "asked": asked[line.project_code],
            "over": over_ceiling(use, asked[line.project_code]),
        }
        for line in lines
        if (use := uses.get(line.project_code)) is not None
    ]
    return {
        "rows": rows if page.actor.can("performance.see") else [],
        "projects": len(asked),
        "year": sheet.year_id - 1,
    }


PROJECT_PANELS = [Panel(_("performance of its years"), "performance/_of_project.html", _years, name="performance")]
SHEET_PANELS = [Panel(_("results of last year"), "performance/_of_sheet.html", _results, name="results")]
