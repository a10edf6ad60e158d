"""What the published tables are made of: sums by the database, in the same number of queries however many lines there are."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import connection

from apps.budget.models import BudgetRound, BudgetSheet
from apps.budget.selectors.approvals import issued_approval
from apps.codes.models import Catalog, WatchedCode
from apps.codes.selectors import names_of
from apps.projects.models import GoalIndicator, Milestone, Project
from apps.regions.models import Unit
from apps.reports.published.scope import Scope

GENERAL, FUNDS, CAPITAL, INSURANCE, ACCOUNTS, OWN = "11", "12", "13", "14", "2", "3"
BUDGETS = (GENERAL, FUNDS, CAPITAL, INSURANCE, ACCOUNTS, OWN)
# A fund type that is none of the four budgets nor of the special accounts is money of the unit itself.
BUDGET = """
CASE WHEN left(k.code, 2) IN ('11', '12', '13', '14') THEN left(k.code, 2)
     WHEN left(k.code, 1) = '2' THEN '2' ELSE '3' END
"""
# One reading of the lines, added up in four ways; each adds up every line (the last one those of projects).
SUMS = """
SELECT CASE WHEN GROUPING(l.unit_id) + GROUPING(l.project_code) = 0 THEN 'project'
            WHEN GROUPING(l.unit_id) = 0 THEN 'unit'
            WHEN GROUPING(f.code) = 0 THEN 'function' ELSE 'economic' END,
       l.unit_id, f.code, d.code, l.kind, l.project_code, l.project_name, b.budget,
       sum(l.amount), coalesce(sum(l.prior_approved), 0)
FROM budget_budgetline l
JOIN budget_budgetsheet s ON s.id = l.sheet_id
JOIN codes_code f ON f.id = l.function_id
JOIN codes_code k ON k.id = l.fund_id
LEFT JOIN codes_code d ON d.id = l.department_economic_id
CROSS JOIN LATERAL (SELECT {budget} AS budget) b
WHERE {scope} AND l.year_id = %(year)s AND l.round = %(round)s AND (NOT %(approved)s OR s.state = 'accepted')
GROUP BY GROUPING SETS (
    (l.unit_id, b.budget), (f.code, l.kind, b.budget), (d.code, l.kind, b.budget),
    (l.unit_id, l.kind, l.project_code, l.project_name, b.budget)
)
HAVING GROUPING(l.project_code) = 1 OR l.kind = 'project'
"""
# What is bought by procurement: as the approval says it, before there is one as the library says it of the projects.
PROCUREMENT_ISSUED = """
SELECT l.unit_id, l.project_code, l.summary, b.budget, sum(l.amount)
FROM ledger_documentline l
JOIN codes_code k ON k.id = l.fund_id
CROSS JOIN LATERAL (SELECT {budget} AS budget) b
WHERE {scope} AND l.document_id = %(document)s AND l.is_procurement
GROUP BY l.unit_id, l.project_code, l.summary, b.budget
"""
PROCUREMENT_ASKED = """
SELECT l.unit_id, l.project_code, l.project_name, b.budget, sum(l.amount)
FROM budget_budgetline l
JOIN projects_project p ON p.code = l.project_code AND p.is_procurement
JOIN codes_code k ON k.id = l.fund_id
CROSS JOIN LATERAL (SELECT {budget} AS budget) b
WHERE {scope} AND l.year_id = %(year)s AND l.round = %(round)s
GROUP BY l.unit_id, l.project_code, l.project_name, b.budget
"""

Sums = dict[str, Decimal]  # budget → amount
ZERO = Decimal(0)


@dataclass(slots=True)
class Figures:
    """Sums of one scope and year by unit, by function, by economic class and by project."""

    scope: Scope
    year: int
    round: str
    document: Any = None  # what approved them; none: a draft
    units: dict[int, Sums] = field(default_factory=dict)
    functions: dict[tuple[str, str], Sums] = field(default_factory=dict)  # by code and kind of expenditure
    economic: dict[tuple[str, str], Sums] = field(default_factory=dict)
    watched: dict[str, tuple[Decimal, Decimal]] = field(default_factory=dict)  # item → last year and this year
    projects: dict[tuple[int, str, str], Sums] = field(default_factory=dict)  # by unit, code and name
    procurement: dict[tuple[int, str, str], Sums] = field(default_factory=dict)
    goals: dict[tuple[int, str], list[GoalIndicator]] = field(default_factory=dict)  # by unit and project code
    stages: dict[tuple[int, str], str] = field(default_factory=dict)  # what projects are to reach in the year
    names: dict[str, dict[str, str]] = field(default_factory=dict)  # by classification
    unit_rows: dict[int, Unit] = field(default_factory=dict)


def figures_of(scope: Scope, year: int) -> Figures:
    """What was approved; before that what the units ask for, which is a draft."""
    approval = issued_approval(scope.region.pk, year)
    made = Figures(scope, year, BudgetRound.SECOND_DOWN if approval else _round_asked(scope, year))
    made.document = approval.document if approval else None
    watched = dict(WatchedCode.objects.filter(year=year).values_list("code__code", "item"))
    for row in _asked(SUMS, made):
        _take(made, watched, *row)
    for unit, code, name, budget, amount in _asked(PROCUREMENT_ISSUED if approval else PROCUREMENT_ASKED, made):
        _add(made.procurement, (unit, code, name), budget, amount)
    catalogs = (Catalog.FUNCTION, Catalog.DEPARTMENT_ECONOMIC)
    made.names = {str(catalog): names_of(year, catalog) for catalog in catalogs}
    found = {*made.units, *(unit for unit, _code, _name in made.procurement)}
    made.unit_rows = {unit.pk: unit for unit in Unit.objects.filter(pk__in=found)}
    _take_goals(made)
    return made


def _take_goals(made: Figures) -> None:
    """The goals of the units' own projects: their indicators, and the goals of the stages that end in the year."""
    codes = {code for _unit, code, _name in made.projects if code}
    projects = Project.objects.filter(code__in=codes, unit__in=made.units).only("pk", "unit_id", "code")
    keys = {project.pk: (project.unit_id, project.code) for project in projects} if codes else {}
    for goal in GoalIndicator.objects.filter(project__in=keys).order_by("project_id", "number"):
        made.goals.setdefault(keys[goal.project_id], []).append(goal)
    stages: dict[tuple[int, str], list[str]] = {}
    for step in Milestone.objects.filter(project__in=keys, ends__year=made.year).order_by("project_id", "number"):
        if step.goal:
            stages.setdefault(keys[step.project_id], []).append(step.goal)
    made.stages = {key: "；".join(texts) for key, texts in stages.items()}


def _round_asked(scope: Scope, year: int) -> str:
    """The last round in which these units hand something in; regions that know one round only have the first."""
    rounds = BudgetSheet.objects.filter(scope.sheets, year=year).order_by().values_list("round", flat=True).distinct()
    return BudgetRound.SECOND_UP if BudgetRound.SECOND_UP in set(rounds) else BudgetRound.FIRST_UP


def _asked(query: str, made: Figures) -> Iterable[tuple[Any, ...]]:
    values = made.scope.values | {"year": made.year, "round": made.round, "approved": made.document is not None}
    if made.document is not None:
        values["document"] = made.document.pk
    with connection.cursor() as cursor:
        cursor.execute(query.format(budget=BUDGET, scope=made.scope.condition), values)
        return cursor.fetchall()


def _take(made: Figures, watched: dict[str, str], way: str, *row: Any) -> None:
    unit, function, economic, kind, code, name, budget, amount, prior = row
    if way == "unit":
        _add(made.units, unit, budget, amount)
    elif way == "project":
        _add(made.projects, (unit, code, name), budget, amount)
    elif way == "function":
        _add(made.functions, (function, kind), budget, amount)
    else:
        _add(made.economic, (economic or "", kind), budget, amount)
        item = watched.get(economic)
        if item and budget == GENERAL:
            before, now = made.watched.get(item, (ZERO, ZERO))
            made.watched[item] = (before + prior, now + amount)


def _add(sums: dict[Any, Sums], key: Any, budget: str, amount: Decimal) -> None:
    of_key = sums.setdefault(key, {})
    of_key[budget] = of_key.get(budget, ZERO) + amount
