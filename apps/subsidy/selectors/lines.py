"""Lines of rosters that somebody may see, and how a line came about."""

from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from apps.subsidy.models import ParcelKind, Roster, RosterLine
from imbudget.kit.actor import Actor

RELATED = (
    "roster__region",
    "roster__unit",
    "roster__subsidy",
    "roster__place",
    "household",
    "sumu",
    "gacha",
    "request",
)


def lines_for(actor: Actor) -> QuerySet:
    """Lines stand in the scope of their rosters."""
    return RosterLine.objects.filter(roster__in=Roster.objects.visible_to(actor)).select_related(*RELATED)


def steps_of(line: RosterLine) -> list[dict[str, Any]]:
    """The parcels (or the number) of a line, each with what it comes to before rounding."""
    kinds = dict(ParcelKind.choices)
    return [
        {
            "number": number,
            "kind": kinds.get(kind, ""),
            "area": area,
            "coefficient": coefficient,
            "rate": rate,
        }
        for number, kind, area, coefficient, rate in line.calculation.get("parts", [])
    ]


def sums_of(line: RosterLine) -> dict[str, Decimal]:
    """What the whole year comes to within its limits, and what earlier instalments have of it; nothing for a bare file."""
    given = line.calculation
    return {name: Decimal(given[name]) for name in ("year", "earlier") if name in given}
