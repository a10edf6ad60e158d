"""Checks of an application before it is handed in; each finding has its level, message, basis and place.

A check is a function over `ProjectFacts`; later apps add theirs to `kit.registry.project_checks` at start-up, each with
its `label`.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.projects.facts import ProjectFacts, facts_of
from apps.projects.models import (
    GoalIndicator,
    IndicatorNature,
    Project,
    ProjectKind,
    ProjectLevel,
    ProjectOrigin,
)
from apps.projects.models.parts import DOCUMENT_NUMBER
from apps.projects.reading import read_decimal
from apps.projects.selectors.duplicates import similar_to
from imbudget.kit import registry
from imbudget.kit.findings import CheckResult, Finding, Level, findings_of

Check = Callable[[ProjectFacts], Iterator[Finding]]

NUMBERED = str(DOCUMENT_NUMBER.regex.pattern)  # type: ignore[union-attr]
LIBRARY = _("Standard of integrated budget management: a project stands in the store before money is budgeted for it")
FORM = _("Project application form (项目申报书)")
DOCUMENTS = _("GB/T 9704: numbers of official documents carry the brackets 〔〕")
GOALS = "projects.goals"
PERFORMANCE = _("Form of performance goals (绩效目标申报表): goals are stated before a project enters the store")
TAGS = _("The source document of the policy tag")
LEVELS = _("Standard of integrated budget management: second-level projects stand under a first-level one")


def run_checks(project: Project) -> list[CheckResult]:
    """Run every registered check, in the order of registration."""
    facts = facts_of(project)
    return [
        CheckResult(name, tuple(check(facts)), getattr(check, "label", "") or LABELS.get(name, name))
        for name, check in registry.project_checks.items()
    ]


def check_project(project: Project) -> list[Finding]:
    """What every registered check finds; errors first, then by line."""
    return findings_of(run_checks(project))


def _missing(check: str, field: str, label: str | Promise, level: Level = Level.ERROR) -> Finding:
    return Finding(level, check, _("%(field)s is missing.") % {"field": label}, FORM, field=field)


def basics_are_there(facts: ProjectFacts) -> Iterator[Finding]:
    """Name, category, responsible person and telephone; a category of the last level that is in use."""
    check, project = "projects.basics", facts.project
    for field in ("name", "responsible", "phone", "overview"):
        if not getattr(project, field):
            yield _missing(check, field, Project._meta.get_field(field).verbose_name)  # type: ignore[union-attr]
    category = project.category
    if category is None:
        yield _missing(check, "category", _("category"))
    elif not category.is_active or not category.is_leaf_node():
        text = _("%(category)s is not in use or has categories below it. Choose another one.") % {"category": category}
        yield Finding(Level.ERROR, check, text, LIBRARY, field="category")
    if project.phone and sum(char.isdigit() for char in project.phone) < 7:
        yield Finding(Level.WARNING, check, _("The telephone number is too short."), FORM, field="phone")


def unit_exists(facts: ProjectFacts) -> Iterator[Finding]:
    """The unit exists when the project begins."""
    unit, day = facts.project.unit, date(facts.project.start_year, 1, 1)
    if (unit.valid_to and unit.valid_to < day) or (unit.valid_from and unit.valid_from > day):
        text = _("%(unit)s does not exist in %(year)s.") % {"unit": unit, "year": facts.project.start_year}
        yield Finding(Level.ERROR, "projects.unit", text, LIBRARY)


def term_is_sound(facts: ProjectFacts) -> Iterator[Finding]:
    """A new project does not begin before it is set up; a continued one says what it continues."""
    text: str | Promise
    check, project = "projects.term", facts.project
    if project.start_year < project.setup_year:
        text = _("The project begins in %(start)s but is set up in %(setup)s.")
        values = {"start": project.start_year, "setup": project.setup_year}
        level = Level.ERROR if project.origin == ProjectOrigin.NEW else Level.WARNING
        yield Finding(level, check, text % values, LIBRARY, field="start_year")
    if project.origin == ProjectOrigin.CONTINUED and project.continues is None:
        text = _("The project is said to be continued, but not from which one. Copy it from last year's project.")
        yield Finding(Level.WARNING, check, text, LIBRARY, field="origin")


def grounds_are_there(facts: ProjectFacts) -> Iterator[Finding]:
    """What is asked for beside the standards is argued for: necessity, feasibility, and a document it rests on."""
    if not facts.needs_grounds:
        return
    check, project = "projects.grounds", facts.project
    wanted = {"necessity": Level.ERROR, "feasibility": Level.ERROR}
    wanted |= {"organisation": Level.WARNING, "risks": Level.WARNING}
    for field, level in wanted.items():
        if not getattr(project, field):
            yield _missing(check, field, Project._meta.get_field(field).verbose_name, level)  # type: ignore[union-attr]
    if not facts.bases:
        yield _missing(check, "bases", _("policy basis"))


def documents_are_numbered(facts: ProjectFacts) -> Iterator[Finding]:
    """Documents carry their title, and their number in its right form."""
    text: str | Promise
    check = "projects.documents"
    for basis in facts.bases:
        if not basis.title:
            text = _("The title of the document is missing.")
            yield Finding(Level.ERROR, check, text, FORM, basis.number, "bases.title")
        if not basis.document_number:
            text = _("The number of the document is missing. Leave it out only where it has none.")
            yield Finding(Level.WARNING, check, text, DOCUMENTS, basis.number, "bases.document_number")
        elif not re.match(NUMBERED, basis.document_number):
            yield Finding(Level.ERROR, check, DOCUMENT_NUMBER.message, DOCUMENTS, basis.number, "bases.document_number")


def milestones_lie_in_term(facts: ProjectFacts) -> Iterator[Finding]:
    """The schedule has steps; each has its days, in order, within the term."""
    text: str | Promise
    check = "projects.milestones"
    if not facts.milestones and facts.needs_grounds:
        level = Level.ERROR if facts.project.kind == ProjectKind.TARGET else Level.WARNING
        yield _missing(check, "milestones", _("schedule"), level)
    for step in facts.milestones:
        if not step.content:
            yield Finding(Level.ERROR, check, _("The milestone says nothing."), FORM, step.number, "milestones.content")
        for field in ("starts", "ends"):
            day = getattr(step, field)
            if day is None:
                text = _("The day is missing.")
                yield Finding(Level.ERROR, check, text, FORM, step.number, f"milestones.{field}")
            elif day.year not in facts.years:
                text = _("%(day)s lies outside the term of the project, %(start)s to %(end)s.") % {
                    "day": day.isoformat(),
                    "start": facts.project.start_year,
                    "end": facts.project.end_year,
                }
                yield Finding(Level.ERROR, check, text, FORM, step.number, f"milestones.{field}")
        if step.starts and step.ends and step.ends < step.starts:
            text = _("The milestone ends before it begins.")
            yield Finding(Level.ERROR, check, text, FORM, step.number, "milestones.ends")


def goals_are_stated(facts: ProjectFacts) -> Iterator[Finding]:
    """Each goal says what it counts and what shall be reached; which ones there must be is checked by performance."""
    for goal in facts.goals:
        for field in ("kind", "content", "nature", "value"):
            if not getattr(goal, field):
                column: Any = GoalIndicator._meta.get_field(field)
                text = _("%(field)s is missing.") % {"field": column.verbose_name}
                yield Finding(Level.ERROR, GOALS, text, PERFORMANCE, goal.number, f"goals.{field}")
        yield from _goal_is_number(goal)


def _goal_is_number(goal: GoalIndicator) -> Iterator[Finding]:
    """What is compared is a number."""
    if goal.nature in {"", IndicatorNature.QUALITATIVE}:
        return
    for field in ("value", "annual"):
        written = getattr(goal, field)
        try:
            read_decimal(written or "0", 4)
        except ValueError:
            text = _("%(value)s is not a number: choose “in words” for a goal that is not counted.") % {
                "value": written
            }
            yield Finding(Level.ERROR, GOALS, text, PERFORMANCE, goal.number, f"goals.{field}")


def tags_are_in_force(facts: ProjectFacts) -> Iterator[Finding]:
    """A policy priority is named only in years in which it is in force."""
    for tag in facts.tags:
        outside = [year for year in facts.years if not tag.is_valid_in(year)]
        if not outside:
            continue
        text = _("%(tag)s is not in force in %(years)s.") % {"tag": tag, "years": ", ".join(map(str, outside))}
        level = Level.ERROR if len(outside) == len(facts.years) else Level.WARNING
        yield Finding(level, "projects.tags", text, TAGS, field="tags")


def upper_is_named(facts: ProjectFacts) -> Iterator[Finding]:
    """A second-level project says under which first-level project it stands."""
    text: str | Promise
    project = facts.project
    if project.level == ProjectLevel.SECOND and project.upper is None:
        text = _("No first-level project is named.")
        yield Finding(Level.WARNING, "projects.upper", text, LEVELS, field="upper")
    elif project.upper is not None and project.upper.level != ProjectLevel.FIRST:
        text = _("%(project)s is not a first-level project.") % {"project": project.upper}
        yield Finding(Level.ERROR, "projects.upper", text, LEVELS, field="upper")


def form_is_complete(facts: ProjectFacts) -> Iterator[Finding]:
    """Where the region has a form of its own, it is filled in."""
    answer = facts.project.answer
    if (answer is None and facts.form is not None) or (answer is not None and not answer.is_complete):
        form = answer.version.definition if answer else facts.form.definition  # type: ignore[union-attr]
        text = _("The form “%(form)s” is not filled in completely.") % {"form": form}
        yield Finding(Level.ERROR, "projects.form", text, _("The region's own form"), field="answer")


def is_not_doubled(facts: ProjectFacts) -> Iterator[Finding]:
    """Projects of the region that resemble this one; a person judges."""
    for other in similar_to(facts.project, most=3):
        text = _("%(percent)s%% like %(code)s %(name)s of %(unit)s.") % {
            "percent": other.percent,
            "code": other.project.code,
            "name": other.project.name,
            "unit": other.project.unit,
        }
        yield Finding(Level.WARNING, "projects.duplicates", text, _("One purpose is funded once"), field="name")


OWN_CHECKS: dict[str, Check] = {
    "projects.basics": basics_are_there,
    "projects.unit": unit_exists,
    "projects.term": term_is_sound,
    "projects.grounds": grounds_are_there,
    "projects.documents": documents_are_numbered,
    "projects.milestones": milestones_lie_in_term,
    GOALS: goals_are_stated,
    "projects.tags": tags_are_in_force,
    "projects.upper": upper_is_named,
    "projects.form": form_is_complete,
    "projects.duplicates": is_not_doubled,
}

LABELS: dict[str, str | Promise] = {
    "projects.basics": _("Name, category, responsible person and telephone are given"),
    "projects.unit": _("The unit exists in the first year"),
    "projects.term": _("The term is sound"),
    "projects.grounds": _("Necessity, feasibility and policy basis are given"),
    "projects.documents": _("Documents are numbered in the right form"),
    "projects.milestones": _("Milestones lie within the term"),
    GOALS: _("Performance goals are stated"),
    "projects.tags": _("Policy tags are in force"),
    "projects.upper": _("The first-level project is named"),
    "projects.form": _("The region's own form is filled in"),
    "projects.duplicates": _("No other project resembles this one"),
    "projects.funding": _("Money is asked for in the years of the term"),
    "projects.totals": _("Costs and funding agree in every year"),
    "projects.codes": _("Codes are of the last level and valid in the year"),
    "projects.economic": _("Economic classes agree with the nature of the unit"),
    "projects.costs": _("Every cost has its content, quantity, price and basis"),
    "projects.procurement": _("Procurement states quantities and prices"),
    "projects.evaluation": _("The evaluation before the act is attached"),
}
