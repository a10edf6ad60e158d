"""Where the money of rosters is, by place: 下达 = 已付 + 退回 + 未付 in every row, because every line is in exactly one hand."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from apps.regions.models import Region
from apps.subsidy.models import Place, RosterState

ISSUED = (RosterState.APPROVED, RosterState.PUBLISHED, RosterState.READY)
SUMS = """
count(*) AS households, sum(l.amount) AS issued,
coalesce(sum(l.amount) FILTER (WHERE l.outcome = 'paid'), 0) AS paid,
coalesce(sum(l.amount) FILTER (WHERE l.outcome = 'stopped'), 0) AS back,
coalesce(sum(l.amount) FILTER (WHERE l.outcome IN ('waiting', 'requested', 'failed')), 0) AS unpaid,
coalesce(sum(l.amount) FILTER (WHERE l.outcome = 'failed'), 0) AS failed,
count(*) FILTER (WHERE l.outcome = 'paid') AS paid_households
"""
KEYS = {"region": "r.region_id", "sumu": "l.sumu_id", "gacha": "l.gacha_id"}


@dataclass(frozen=True, slots=True)
class Standing:
    """One place: what was issued to its households, and what has become of it, in yuan."""

    key: int | None
    name: str
    households: int
    issued: Decimal
    paid: Decimal
    back: Decimal
    unpaid: Decimal
    failed: Decimal
    paid_households: int

    @property
    def share(self) -> Decimal:
        """What is paid of what was issued, in per cent."""
        return self.paid * 100 / self.issued if self.issued else Decimal(0)


def issued_rosters(rosters: QuerySet) -> QuerySet:
    """Those whose amounts are settled: approved, before the public, ready."""
    return rosters.filter(state__in=ISSUED)


def standing_by(rosters: QuerySet, level: str, sumu: int | None = None) -> list[Standing]:
    """The places of these rosters: `level` is region, sumu or gacha; `sumu` narrows to one. One statement."""
    keys = list(issued_rosters(rosters).order_by().values_list("pk", flat=True))
    key = KEYS[level]
    statement = (
        f"SELECT {key} AS key, {SUMS} FROM subsidy_rosterline l JOIN subsidy_roster r ON r.id = l.roster_id"
        " WHERE l.roster_id = ANY(%(rosters)s) AND (%(sumu)s::bigint IS NULL OR l.sumu_id = %(sumu)s)"
        f" GROUP BY {key}"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, {"rosters": keys, "sumu": sumu})
        rows = cursor.fetchall()
    named = _names(level, [row[0] for row in rows])
    found = [(named.get(key, ("", "–")), Standing(key, named.get(key, ("", "–"))[1], *rest)) for key, *rest in rows]
    return [standing for _order, standing in sorted(found, key=lambda pair: pair[0])]


def _names(level: str, keys: list[Any]) -> dict[Any, tuple[str, str]]:
    model: Any = Region if level == "region" else Place
    return {row.pk: (row.code, row.name) for row in model.objects.filter(pk__in=[key for key in keys if key])}


def total_of(rows: list[Standing]) -> Standing:
    """All places together."""
    names = ("households", "issued", "paid", "back", "unpaid", "failed", "paid_households")
    sums = {name: sum((getattr(row, name) for row in rows), Decimal(0)) for name in names}
    return Standing(None, "", **sums)  # type: ignore[arg-type]
