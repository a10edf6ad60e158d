"""Totals of project years read; which they are is the caller's `YearTotal` queryset, scoped as the rows are."""

import datetime
from typing import Any

from django.db.models import F, QuerySet, Sum

from apps.performance.models import COUNTS, ProjectYear, TotalFold, YearTotal
from apps.regions.models import Unit

# What a line about a project year shows: planning the whole of three rows costs more than reading them.
SHOWN = ("year_id", "budget", "executed", "score", "project__name", "unit__name_zh_hans", "unit__name_mvf")


def totals_at() -> datetime.datetime | None:
    """As of when the totals stand; None before they were counted for the first time."""
    return TotalFold.objects.values_list("at", flat=True).first()


def whole(totals: QuerySet[YearTotal]) -> dict[str, Any]:
    """Everything added up: `projects` and the counts, nought where there is no row; `budget` and `executed`, None there."""
    return totals.order_by().aggregate(
        **{name: Sum(name, default=0) for name in ("projects", *COUNTS)},
        budget=Sum("budget"),
        executed=Sum("executed"),
    )


def by_place(totals: QuerySet[YearTotal], by: str, most: int) -> list[dict[str, Any]]:
    """Budget and executed of the departments or units with the largest budgets."""
    sums = totals.order_by().values(by).annotate(budget=Sum("budget"), executed=Sum("executed"))
    return list(sums.order_by("-budget", by)[:most])


def most_left(
    totals: QuerySet[YearTotal], rows: QuerySet[ProjectYear], most: int, alone: Unit | None = None
) -> list[ProjectYear]:
    """The project years that left most of their budget unspent.

    `alone` is the unit that all of them are of, where there is but one. Else they can only lie in the units that stand first by
    their own largest amount left, as many units as years are asked for; so nothing else is read, and what belongs to a
    year is joined to those alone that are shown.
    """
    # The units are read first: a join with them would be planned as one with all rows.
    left = F("budget") - F("executed")
    first_units = totals.filter(most_left__gt=0).order_by("-most_left", "unit").values_list("unit", flat=True)[:most]
    units = [alone.pk] if alone is not None else list(first_units)
    first = rows.filter(unit__in=units, budget__gt=F("executed")).order_by(left.desc(), "pk").values("pk")[:most]
    shown = ProjectYear.objects.filter(pk__in=first).select_related("project", "unit").only(*SHOWN)
    return list(shown.order_by(left.desc(), "pk"))
