"""Lists of monitoring forms, calls, rectifications, evaluations, spot checks and results."""

from decimal import Decimal
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from apps.ledger.tables.authorities import CappedTable
from apps.performance.models import MonitoringCall
from apps.performance.models.watching import FILLABLE
from apps.performance.scoring import cut_of
from imbudget.kit.tables import Column, Table

PROJECT = (
    Column("code", _("project code"), path="of.project.code", kind="code"),
    Column("project", _("project"), path="of.project.name", link=True),
    Column("unit", _("budget unit"), path="unit.name"),
)


def _rate(executed: Any, budget: Any) -> Decimal | None:
    return executed * 100 / budget if budget else None


class FormTable(Table):
    columns = (
        *PROJECT,
        Column("month", _("up to month"), kind="count"),
        Column("goal_lamp", _("lamp of the goals"), kind="state", detail="goal_lamp"),
        Column("budget_lamp", _("lamp of the budget"), kind="state", detail="budget_lamp"),
        Column("rate", _("execution rate"), kind="percent", reads=("executed", "budget"), of=_rate),
        Column("due", _("to be filled in by"), kind="date"),
        Column("state", _("state"), kind="state"),
        Column("region", _("region"), path="region.name", optional=True),
        Column("submitted_at", _("handed in at"), kind="date", optional=True),
    )
    default_sort = "-pk"


def _counts(keys: Any) -> dict[Any, Any]:
    missing = Count("forms", filter=Q(forms__state__in=FILLABLE))
    rows = MonitoringCall.objects.filter(pk__in=keys).annotate(all=Count("forms"), missing=missing)
    return {row.pk: (row.all, row.missing) for row in rows}


class CallTable(Table):
    columns = (
        Column("month", _("up to month"), kind="count", link=True),
        Column("year", _("fiscal year"), path="year_id", kind="count"),
        Column("category", _("category"), path="category.name"),
        Column("region", _("region"), path="region.name"),
        Column("asked", _("asked"), kind="count", many=lambda keys: {k: v[0] for k, v in _counts(keys).items()}),
        Column(
            "handed_in",
            _("handed in"),
            kind="count",
            many=lambda keys: {k: v[0] - v[1] for k, v in _counts(keys).items()},
        ),
        Column("missing", _("missing"), kind="count", many=lambda keys: {k: v[1] for k, v in _counts(keys).items()}),
        Column("due", _("to be filled in by"), kind="date"),
        Column("issued_at", _("sent at"), kind="date"),
    )
    default_sort = "-pk"


class RectificationTable(Table):
    columns = (
        Column("number", _("no."), path="pk", kind="code", link=True),
        *PROJECT[:1],
        Column("project", _("project"), path="of.project.name"),
        *PROJECT[2:],
        Column("problem", _("problem")),
        Column("origin", _("came of")),
        Column("due", _("to be mended by"), kind="date"),
        Column("state", _("state"), kind="state"),
        Column("holds", _("payments held back"), reads=("holds",), of=lambda holds: _("yes") if holds else ""),
        Column("region", _("region"), path="region.name", optional=True),
    )
    default_sort = "-pk"


class EvaluationTable(CappedTable):
    columns = (
        *PROJECT,
        Column("kind", _("kind of evaluation")),
        Column("budget", _("budget of the whole year"), kind="money", total="budget"),
        Column("score", _("score"), kind="count"),
        Column("grade", _("grade"), kind="state", detail="grade"),
        Column("unscored", _("points not scored"), kind="count"),
        Column("due", _("to be handed in by"), kind="date"),
        Column("state", _("state"), kind="state"),
        Column("executed", _("executed"), kind="money", total="executed", optional=True),
        Column("computed", _("computed score"), kind="count", optional=True),
        Column("region", _("region"), path="region.name", optional=True),
    )
    default_sort = "-pk"


class SpotTable(Table):
    columns = (
        Column("number", _("no."), path="pk", kind="code", link=True),
        Column("code", _("project code"), path="evaluation.of.project.code", kind="code"),
        Column("project", _("project"), path="evaluation.of.project.name"),
        Column("unit", _("budget unit"), path="unit.name"),
        Column("before", _("score before"), kind="count"),
        Column("after", _("score after"), kind="count"),
        Column("state", _("state"), kind="state"),
        Column("closed_at", _("closed at"), kind="date"),
        Column("region", _("region"), path="region.name", optional=True),
    )
    default_sort = "-pk"


class ResultTable(CappedTable):
    columns = (
        *PROJECT,
        Column("score", _("score"), kind="count"),
        Column("grade", _("grade"), kind="state", detail="grade"),
        Column("computed", _("suggested by the scheme")),
        Column("decision", _("for next year's budget")),
        Column("percent", _("cut by, %"), kind="count"),
        Column("cut", _("cut"), kind="money", reads=("base", "percent"), of=cut_of),
        Column("state", _("state"), kind="state"),
        Column("due", _("unit to be told by"), kind="date", optional=True),
        Column("base", _("budget that it is counted by"), kind="money", total="base", optional=True),
        Column("region", _("region"), path="region.name", optional=True),
    )
    default_sort = "-pk"
