"""Whose data an incident concerns: the persons who have to be told (PIPL 57)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from apps.audit.models import Record
from apps.persons.models import Incident
from apps.persons.selectors import SHOWN
from imbudget.kit import registry
from imbudget.kit.actor import Actor, Reach
from imbudget.kit.personal import Holding

EXPORTED = "persons.exported"


@dataclass(frozen=True, slots=True)
class Affected:
    """One row of somebody's data, with its values masked: enough to find the person, not to know more of them."""

    table: str
    person: str
    row: str
    region: str
    values: str


def rows_of(incident: Incident, actor: Actor) -> dict[str, Any]:
    """Label of a table → its rows that are concerned.

    With a suspected account those that were shown to it in clear meanwhile; else all of the incident's region and below.
    """
    found = {}
    for label in incident.tables:
        if label not in registry.personal_data:
            continue
        holding = registry.personal_data.get(label)
        rows = holding.sight(_at(incident, actor))
        if incident.suspect_id is not None:
            keys = (
                _looks(incident, SHOWN)
                .filter(subject_type=holding.model._meta.label)
                .values_list("subject_id", flat=True)
            )
            rows = rows.filter(pk__in=[int(key) for key in set(keys) if key.isdecimal()])
        found[label] = rows.order_by("pk")
    return found


def count_of(incident: Incident, actor: Actor) -> dict[str, int]:
    """Label of a table → how many rows are concerned."""
    return {label: rows.count() for label, rows in rows_of(incident, actor).items()}


def files_of(incident: Incident) -> list[Record]:
    """Files with personal data that the suspected account took away meanwhile: their rows are those of the query in the record."""
    if incident.suspect_id is None:
        return []
    return list(_looks(incident, EXPORTED).order_by("-recorded_at", "-id")[:100])


def affected(incident: Incident, actor: Actor) -> Iterator[Affected]:
    """The persons, table by table."""
    for label, rows in rows_of(incident, actor).items():
        holding = registry.personal_data.get(label)
        for row in rows.iterator(2000):
            yield _told(holding, row)


def _told(holding: Holding, row: Any) -> Affected:
    kept = [(item, getattr(row, item.name)) for item in holding.items]
    values = ", ".join(f"{item.label}: {item.mask(value)}" for item, value in kept if value)
    region = getattr(holding.scope(row), "region", None) or getattr(row, "region", None)
    return Affected(str(holding.label), holding.person(row), str(row), str(region or "–"), values)


def _looks(incident: Incident, kind: str) -> Any:
    """What the suspected account did of this kind within the time of the incident."""
    return Record.objects.filter(
        kind=kind,
        actor_id=str(incident.suspect_id),
        recorded_at__gte=incident.begun_at,
        recorded_at__lte=incident.ended_at,
    )


def _at(incident: Incident, actor: Actor) -> Actor:
    """Who sees the region of the incident and what lies below: the security administrator's own post reaches no row."""
    region = incident.region
    reach = (Reach.EVERYTHING, Reach.LEAGUE, Reach.REGION)[min(region.level, 2)]
    return replace(actor, reach=reach, region_id=region.pk, league_id=region.league_id, region_level=region.level)
