"""The tables of projects: what they get, what they are to bring about, what they procure."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from apps.projects.models import GoalIndicator
from apps.reports.document import Coded, Column, Row, Table
from apps.reports.published.figures import ZERO, Figures, Sums
from apps.reports.published.pieces import (
    FINANCE,
    budget_names,
    columns_of,
    money,
    sum_of,
    table_of,
    unit_cell,
    unit_code,
    unit_column,
)
from imbudget.kit.formats import format_quantity


def projects(made: Figures) -> Table:
    """项目支出表: each project and the budgets that pay for it."""
    return _of_projects(pgettext("title of a published table", "project expenditure"), made, made.projects)


def procurement(made: Figures) -> Table:
    """政府采购预算表."""
    return _of_projects(pgettext("title of a published table", "government procurement"), made, made.procurement)


def _of_projects(title: str, made: Figures, found: dict[tuple[int, str, str], Sums]) -> Table:
    names = budget_names()
    columns = (
        Column(_("project name"), code_label=_("project code")),
        unit_column(),
        money(_("total"), adds=(3, 4, 5, 6)),
        *(money(names[budget]) for budget in FINANCE),
        money(_("other funds")),
    )
    rows = [
        Row((Coded(code, name), unit_cell(made, unit), sum_of(sums.values()), *_finance(sums)))
        for (unit, code, name), sums in _projects_in_order(made, found)
    ]
    return table_of(title, columns, rows, (_("total"), "", *columns_of(rows, 2)))


def _finance(sums: Sums) -> tuple[Decimal, ...]:
    own = [sums.get(budget, ZERO) for budget in FINANCE]
    return (*own, sum_of(sums.values()) - sum_of(own))


def goals(made: Figures) -> Table:
    """项目支出绩效目标表: every project with its indicators, a row each; one without any keeps its row."""
    columns = (
        Column(_("project name"), code_label=_("project code")),
        unit_column(),
        money(_("amount")),
        *(
            Column(label)
            for label in (
                _("goal of the year"),
                _("first-level indicator"),
                _("second-level indicator"),
                _("third-level indicator"),
                _("target value"),
            )
        ),
        Column(pgettext("of an indicator", "weight"), align="end"),
    )
    found = _projects_in_order(made, made.projects)
    rows = [row for key, sums in found for row in _goal_rows(made, key, sum_of(sums.values()))]
    ends = (_("total"), "", sum_of(amount for _key, sums in found for amount in sums.values()), "", "", "", "", "", "")
    return table_of(_("performance goals of projects"), columns, rows, ends)


def _goal_rows(made: Figures, key: tuple[int, str, str], amount: Decimal) -> Iterator[Row]:
    """The project stands in its first row; the amount too, so that it is added up once."""
    unit, code, name = key
    first: tuple[Any, ...] = (Coded(code, name), unit_cell(made, unit), amount, made.stages.get((unit, code), ""))
    found = made.goals.get((unit, code), [])
    for cells in map(_indicator, found) if found else [("", "", "", "", "")]:
        yield Row((*first, *cells))
        first = ("", "", None, "")


def _indicator(goal: GoalIndicator) -> tuple[str, ...]:
    kind = str(goal.get_kind_display()) if goal.kind else ""
    weight = "" if goal.weight is None else format_quantity(goal.weight)
    return (goal.group, kind, goal.content, goal.target_of_year, weight)


def _projects_in_order(
    made: Figures, found: dict[tuple[int, str, str], Sums]
) -> list[tuple[tuple[int, str, str], Sums]]:
    return sorted(found.items(), key=lambda pair: (unit_code(made, pair[0][0]), pair[0][1:]))
