"""The list of projects by year."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.ledger.tables.authorities import CappedTable
from imbudget.kit.tables import Column


def _rate(executed: Any, budget: Any) -> Decimal | None:
    return executed * 100 / budget if budget else None


class YearTable(CappedTable):
    columns = (
        Column("code", _("project code"), path="project.code", kind="code"),
        Column("project", _("project"), path="project.name", link=True),
        Column("unit", _("budget unit"), path="unit.name"),
        Column("budget", _("budget of the whole year"), kind="money", total="budget"),
        Column("executed", _("executed"), kind="money", total="executed"),
        Column("rate", _("execution rate"), kind="percent", reads=("executed", "budget"), of=_rate),
        Column("goal_lamp", _("lamp of the goals"), kind="state", detail="goal_lamp"),
        Column("budget_lamp", _("lamp of the budget"), kind="state", detail="budget_lamp"),
        Column("score", pgettext_lazy("of an evaluation", "score"), kind="count"),
        Column("grade", _("grade"), kind="state", detail="grade"),
        Column("state", _("state"), kind="state"),
        Column("region", _("region"), path="region.name", optional=True),
        Column("category", _("category"), path="category.name", optional=True),
        Column("initial", _("budget at the beginning of the year"), kind="money", total="initial", optional=True),
        Column("self_score", _("score by the unit"), kind="count", optional=True),
    )
    default_sort = "-pk"
