"""The facts of papers for many projects' years at once, in a number of queries that their count does not move."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from django.db import connection
from django.utils import timezone

from apps.performance.models import (
    Evaluation,
    EvaluationKind,
    EvaluationLine,
    EvaluationState,
    ProjectYear,
    ResultUse,
    Target,
)
from apps.performance.selectors.evaluating import RELATED as OF_LINE
from apps.performance.selectors.evaluating import compute
from apps.performance.services.money import BALANCES, WORDS
from apps.projects.models import Milestone
from apps.reports.performance.facts import Amounts, Evaluated, Line, Sources, YearFacts
from imbudget.kit.fields import mask_phone

RELATED = ("project", "unit", "department", "region", "category")
# Where the money came from: carried over by its type of authority, other funds by their fund type. What the budget was at
# the beginning of the year is what its approval gave, before any adjustment. What the year's end cleared away was budget of
# the year, as in the whole that these come to.
SOURCES = f"""
SELECT y.id,
       CASE WHEN a.authority_type = '31' THEN 'carried' WHEN k.code LIKE '3%%' THEN 'other' ELSE 'granted' END,
       sum(b.amount) FILTER (WHERE a.source = '1' AND a.authority_type <> '31'),
       sum(b.amount + b.increased - b.decreased + c.amount), sum(b.spent)
FROM {BALANCES}
JOIN performance_projectyear y ON a.project_id = y.project_id AND a.year_id = y.year_id
LEFT JOIN codes_code k ON k.id = a.fund_id
WHERE y.id = ANY(%(ids)s) AND a.state = %(executable)s
GROUP BY 1, 2
"""  # noqa: S608 - constants


def year_facts(years: Sequence[ProjectYear]) -> dict[int, YearFacts]:
    """By key: targets with what was reached, goals of the stages that end in the year, money by source. Three queries."""
    found = {of.pk: of for of in years}
    targets: dict[int, list[Line]] = {key: [] for key in found}
    for target in Target.objects.filter(of__in=found).select_related("latest").order_by("of", "number"):
        if target.latest is not None:
            target.latest.target = target  # the value says its measure; asked for once, not once a value
        targets[target.of_id].append(Line(target, target.latest))
    goals, sources = _goals(years), _sources(list(found))
    return {
        key: _tied(YearFacts(of, targets[key], _amounts(of), goals.get(key, ""), sources.get(key)))
        for key, of in found.items()
    }


def _amounts(of: ProjectYear | Evaluation) -> Amounts:
    return Amounts(of.initial, of.budget, of.executed)


def _tied(facts: YearFacts) -> YearFacts:
    """Money by source is shown where it comes to the whole: a form whose parts do not add up would say nothing."""
    ties = facts.sources is not None and facts.sources.adds_up_to(facts.amounts)
    return facts if ties else replace(facts, sources=None)


def self_evaluations(years: Sequence[ProjectYear]) -> dict[int, Evaluated]:
    """By key: the unit's own evaluation; before there is one the form with what was reached, which gives no result."""
    facts = year_facts(years)
    made = _evaluations(facts, Evaluation.objects.filter(of__in=facts, kind=EvaluationKind.SELF))
    return {key: made[key] if key in made else _drafted(of) for key, of in facts.items()}


def reports(years: Sequence[ProjectYear]) -> dict[int, Evaluated]:
    """By key: the evaluation of the finance office, else of the department, once it is approved; with the result's use."""
    facts = year_facts(years)
    kinds = (EvaluationKind.DEPARTMENT, EvaluationKind.FINANCE)  # of two the later one counts
    rows = Evaluation.objects.filter(of__in=facts, kind__in=kinds, state=EvaluationState.APPROVED)
    made = _evaluations(facts, sorted(rows.select_related("author"), key=lambda row: kinds.index(row.kind)))  # type: ignore[arg-type]
    uses = {use.of_id: use for use in ResultUse.objects.filter(of__in=made)}
    return {key: replace(each, use=uses.get(key)) for key, each in made.items()}


def _evaluations(facts: dict[int, YearFacts], rows: Iterable[Evaluation]) -> dict[int, Evaluated]:
    """Two queries; while an evaluation is filled in its points are those of now."""
    if not isinstance(rows, list):
        rows = list(rows.select_related("author", "scheme"))  # type: ignore[attr-defined]
    lines: dict[int, list[EvaluationLine]] = {row.pk: [] for row in rows}
    found = (
        EvaluationLine.objects.filter(evaluation__in=lines).select_related(*OF_LINE).order_by("evaluation", "number")
    )
    for line in found.prefetch_related("item__ticks"):
        lines[line.evaluation_id].append(line)
    return {row.of_id: _evaluated(facts[row.of_id], row, lines[row.pk]) for row in rows}


def _evaluated(facts: YearFacts, row: Evaluation, lines: Sequence[EvaluationLine]) -> Evaluated:
    row.of = facts.of
    is_draft = row.state in {EvaluationState.DRAFT, EvaluationState.RETURNED}
    if is_draft:
        compute(row, lines)
    author, project = row.author, facts.of.project
    year = replace(
        facts,
        amounts=_amounts(row),
        goal=row.expected_goal or facts.goal,
        lines=[_line(line, line.target) for line in lines if line.target is not None],
    )
    return Evaluated(
        _tied(year),
        execution_points=row.execution_weight,
        execution=row.execution_score,
        execution_reason=row.execution_reason,
        total=None if is_draft else row.score,
        grade="" if is_draft else row.grade,
        goal_reached=row.actual_goal,
        analysis=row.analysis,
        filed_by=str(author) if author else project.responsible,
        phone=mask_phone(project.phone) if project.phone else "",
        filed_on=timezone.localdate(row.submitted_at) if row.submitted_at else None,
        is_draft=is_draft,
        evaluation=row,
        rows=lines,
    )


def _line(line: EvaluationLine, target: Target) -> Line:
    before = None
    if line.value is not None:
        line.value.target = target
    if line.lowered is not None:
        before = line.given if line.given is not None else line.computed
    return Line(target, line.value, line.score, line.reason, line.weight, before)


def _drafted(facts: YearFacts) -> Evaluated:
    project = facts.of.project
    return Evaluated(facts, filed_by=project.responsible, phone=mask_phone(project.phone) if project.phone else "")


def _goals(years: Sequence[ProjectYear]) -> dict[int, str]:
    by_project: dict[tuple[int, int], list[str]] = {}
    wanted = {of.project_id for of in years}
    steps = (
        Milestone.objects.filter(project__in=wanted, ends__isnull=False).exclude(goal="").order_by("project", "number")
    )
    for step in steps.only("project", "number", "ends", "goal"):
        by_project.setdefault((step.project_id, step.ends.year), []).append(step.goal)  # type: ignore[union-attr]
    return {of.pk: "；".join(by_project.get((of.project_id, of.year_id), [])) for of in years}


def _sources(ids: list[int]) -> dict[int, Sources]:
    with connection.cursor() as cursor:
        cursor.execute(SOURCES, {**WORDS, "ids": ids})
        rows = cursor.fetchall()
    by_year: dict[int, dict[str, Amounts]] = {}
    for key, source, *amounts in rows:
        by_year.setdefault(key, {})[source] = Amounts(*(amount or Decimal(0) for amount in amounts))
    return {
        key: Sources(*(parts.get(name, Amounts()) for name in ("granted", "carried", "other")))
        for key, parts in by_year.items()
    }
