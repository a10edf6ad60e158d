"""Checks of lines against the project library: stored, within its total, evaluated before the act."""

from collections.abc import Iterator
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.budget.checks import Check, Finding, Level, SheetFacts, Uncovered
from apps.budget.models import BudgetLine, ExpenditureKind
from apps.budget.selectors.settings import setting_of
from apps.budget.selectors.stored import rooms_of
from apps.projects.models import AttachmentKind, Project, ProjectAttachment, ProjectOrigin, ProjectState
from apps.projects.selectors.settings import setting_of as project_setting_of

IN_STORE = "budget.project_in_store"
WITHIN_TOTAL = "budget.project_within_total"
EVALUATED = "budget.project_evaluated"
BASIS_STORE = _("Standard of integrated budget management: no project in the store, no budget for it")
BASIS_TOTAL = _("Standard of integrated budget management: what is budgeted stays within what was stored")
BASIS_EVALUATED = _("Rules of performance management: a new project of this size is evaluated before the act")


def not_from_store(facts: SheetFacts) -> str | Promise:
    """Why lines are not held against the store; empty where they are."""
    if setting_of(facts.sheet.region_id).projects_from_store:
        return ""
    return _("The region has not decided that projects come from the store alone.")


def project_in_store(facts: SheetFacts) -> Iterator[Finding]:
    """Each line of project expenditure names a stored project of its unit whose term covers the year."""
    for line in facts.lines:
        if line.kind == ExpenditureKind.PROJECT:
            reason = _refusal(facts, line)
            if reason:
                yield Finding(Level.ERROR, IN_STORE, reason, BASIS_STORE, line.number)


def _refusal(facts: SheetFacts, line: BudgetLine) -> str | Promise:
    project, year = facts.projects.get(line.project_code), facts.sheet.year_id
    if not line.project_code:
        return _("The line names no project of the library. Choose one of your stored projects.")
    if project is None or project.unit_id != facts.sheet.unit_id:
        return _("The unit has no project %(code)s in the library.") % {"code": line.project_code}
    if project.state != ProjectState.STORED:
        values = {"project": project, "state": project.get_state_display()}
        return _("%(project)s is not in the store but: %(state)s.") % values
    if not project.start_year <= year <= project.end_year:
        values = {"project": project, "first": project.start_year, "last": project.end_year, "year": year}
        return _("%(project)s runs from %(first)s to %(last)s, not in %(year)s.") % values
    return ""


def project_within_total(facts: SheetFacts) -> Iterator[Finding]:
    """What is asked for a stored project fits into what earlier years have left of it."""
    own = [project for project in facts.projects.values() if _is_stored(facts, project)]
    for code, room in rooms_of(facts.sheet, own).items():
        lines = [line for line in facts.lines if line.project_code == code]
        asked = sum((line.amount for line in lines), Decimal(0))
        if asked > room.left:
            text = _("%(project)s: %(asked)s yuan, but of %(cap)s only %(left)s are left; earlier years hold %(held)s.")
            values = {"cap": room.cap, "left": max(room.left, Decimal(0)), "held": room.held, "asked": asked}
            shown = {name: f"{amount:,.2f}" for name, amount in values.items()} | {"project": room.project}
            yield Finding(Level.ERROR, WITHIN_TOTAL, text % shown, BASIS_TOTAL, lines[0].number)


def _is_stored(facts: SheetFacts, project: Project) -> bool:
    return project.unit_id == facts.sheet.unit_id and project.state == ProjectState.STORED


def project_evaluated(facts: SheetFacts) -> Iterator[Finding]:
    """A new project from the region's threshold on brings the report of its evaluation before the act."""
    new = {code: project for code, project in facts.projects.items() if project.origin == ProjectOrigin.NEW}
    threshold = project_setting_of(facts.sheet.region).evaluation_threshold if new else Decimal(0)
    large = {code: project for code, project in new.items() if threshold and project.total >= threshold}
    if not large:
        return
    reports = ProjectAttachment.objects.filter(project__in=large.values(), kind=AttachmentKind.EVALUATION)
    evaluated = set(reports.values_list("project_id", flat=True))
    for code, project in large.items():
        if project.pk not in evaluated:
            number = next(line.number for line in facts.lines if line.project_code == code)
            text = _("%(project)s asks for %(total)s yuan: its report of the evaluation before the act is missing.")
            values = {"project": project, "total": f"{project.total:,.2f}"}
            yield Finding(Level.WARNING, EVALUATED, text % values, BASIS_EVALUATED, number)


PROJECT_CHECKS: dict[str, Check] = {
    IN_STORE: project_in_store,
    WITHIN_TOTAL: project_within_total,
    EVALUATED: project_evaluated,
}
PROJECT_UNCOVERED: dict[str, Uncovered] = {IN_STORE: not_from_store}
