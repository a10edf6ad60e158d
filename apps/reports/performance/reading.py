"""The facts of papers for many projects' years at once, in a number of queries that their count does not move."""

from collections.abc import Sequence
from decimal import Decimal

from django.db import connection

from apps.performance.models import ProjectYear, Target
from apps.projects.models import Milestone
from apps.reports.performance.facts import Amounts, Evaluated, Line, Sources, YearFacts
from imbudget.kit.fields import mask_phone

RELATED = ("project", "unit", "department", "region", "category")
# Where the money came from: carried over by its type of authority, other funds by their fund type. What the budget was at
# the beginning of the year is what its approval gave, before any adjustment.
SOURCES = """
SELECT y.id,
       CASE WHEN a.authority_type = '31' THEN 'carried' WHEN k.code LIKE '3%%' THEN 'other' ELSE 'granted' END,
       sum(b.amount) FILTER (WHERE a.source = '1' AND a.authority_type <> '31'),
       sum(b.amount + b.increased - b.decreased), sum(b.spent)
FROM performance_projectyear y
JOIN ledger_authority a ON a.project_id = y.project_id AND a.year_id = y.year_id AND a.state = 'executable'
JOIN ledger_balance b ON b.authority_id = a.id
LEFT JOIN codes_code k ON k.id = a.fund_id
WHERE y.id = ANY(%(ids)s)
GROUP BY 1, 2
"""


def year_facts(years: Sequence[ProjectYear]) -> dict[int, YearFacts]:
    """By key: targets with what was reached, goals of the stages that end in the year, money by source. Three queries."""
    found = {of.pk: of for of in years}
    targets: dict[int, list[Line]] = {key: [] for key in found}
    for target in Target.objects.filter(of__in=found).select_related("latest").order_by("of", "number"):
        if target.latest is not None:
            target.latest.target = target  # the value says its measure; asked for once, not once a value
        targets[target.of_id].append(Line(target, target.latest))
    goals, sources = _goals(years), _sources(list(found))
    return {key: _facts(of, targets[key], goals.get(key, ""), sources.get(key)) for key, of in found.items()}


def self_evaluations(years: Sequence[ProjectYear]) -> dict[int, Evaluated]:
    """By key: the unit's own evaluation; before there is one the form with what was reached, which gives no result."""
    return {key: _drafted(facts) for key, facts in year_facts(years).items()}


def _drafted(facts: YearFacts) -> Evaluated:
    project = facts.of.project
    return Evaluated(facts, filed_by=project.responsible, phone=mask_phone(project.phone) if project.phone else "")


def _facts(of: ProjectYear, lines: list[Line], goal: str, sources: Sources | None) -> YearFacts:
    facts = YearFacts(of, lines, goal)
    if sources is None or not sources.adds_up_to(facts.amounts):
        return facts
    return YearFacts(of, lines, goal, sources)


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
        cursor.execute(SOURCES, {"ids": ids})
        rows = cursor.fetchall()
    by_year: dict[int, dict[str, Amounts]] = {}
    for key, source, *amounts in rows:
        by_year.setdefault(key, {})[source] = Amounts(*(amount or Decimal(0) for amount in amounts))
    return {
        key: Sources(*(parts.get(name, Amounts()) for name in ("granted", "carried", "other")))
        for key, parts in by_year.items()
    }
