"""Personal data by table: a masked value with the way to its clear one, and every row about one person."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.apps import apps
from django.urls import reverse
from django.utils import timezone

from apps.audit.models import Record
from apps.persons import policies
from apps.persons.models import Period
from apps.persons.retention import Ending, ending_of
from imbudget.kit import registry
from imbudget.kit.actor import Actor, Reach
from imbudget.kit.personal import Holding, Masked, Sort

SHOWN = "persons.unmasked"
MOST_FOUND = 200  # rows of one table that a search shows
MOST_LOOKS = 100


def holding_of(label: str) -> Holding | None:
    """The personal data of a table (`disbursement.payee`); none where it holds none."""
    return registry.personal_data.get(label) if label in registry.personal_data else None


def masked(actor: Actor, row: Any, name: str) -> Masked | str:
    """A value as a page shows it: masked, with the address that shows it in clear for who may ask; '' for none."""
    label = row._meta.label_lower
    holding = registry.personal_data.get(label)
    value = getattr(row, name)
    if not value:
        return ""
    may = policies.may_unmask(actor, holding, row)
    href = reverse("persons:show", args=[label, row.pk]) if may else ""
    return Masked(holding.item(name).mask(value), href)


def shown_today(actor: Actor) -> int:
    """How many rows the user has seen in clear since midnight, whatever their post."""
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    looks = Record.objects.filter(kind=SHOWN, actor_id=str(actor.user_id), recorded_at__gte=midnight)
    return looks.count()


@dataclass(frozen=True, slots=True)
class Found:
    """What one table holds about a person: the rows, and whether there are more than are shown."""

    label: str
    holding: Holding
    rows: tuple[Any, ...]
    more: bool

    def masked_rows(self) -> list[tuple[str, list[tuple[Any, str]]]]:
        """(what the row is, its values masked)."""
        return [
            (str(row), [(item.label, item.mask(getattr(row, item.name))) for item in self._with(row)])
            for row in self.rows
        ]

    def clear_rows(self) -> list[tuple[str, list[tuple[Any, str]]]]:
        """(whose data, its values in clear): what the person gets."""
        return [
            (self.holding.person(row), [(item.label, getattr(row, item.name)) for item in self._with(row)])
            for row in self.rows
        ]

    def _with(self, row: Any) -> list[Any]:
        return [item for item in self.holding.items if getattr(row, item.name)]


def held_about(actor: Actor, sort: str, number: str) -> list[Found]:
    """Every table that knows a person by this number (identity number, account or telephone): one query for each index.

    The security administrator, whose post reaches no row, answers persons for the whole system.
    """
    everywhere = replace(actor, reach=Reach.EVERYTHING) if actor.can("security.administer") else actor
    return [
        found
        for label, holding in registry.personal_data.items()
        for found in _found(label, holding, everywhere, sort, number)
    ]


def _found(label: str, holding: Holding, actor: Actor, sort: str, number: str) -> Iterator[Found]:
    indexes = [item.index for item in holding.items if item.index and item.sort == Sort(sort)]
    rows: dict[Any, Any] = {}
    for index in indexes:
        for row in holding.sight(actor).filter(**{index: number}).order_by("-pk")[: MOST_FOUND + 1]:
            rows[row.pk] = row
    if rows:
        yield Found(label, holding, tuple(rows.values())[:MOST_FOUND], len(rows) > MOST_FOUND)


def looks_at(found: list[Found]) -> list[Record]:
    """Who has looked at these rows in clear, the latest first."""
    looks: list[Record] = []
    for one in found:
        keys = [str(row.pk) for row in one.rows]
        model = apps.get_model(one.label)._meta.label
        records = Record.objects.filter(kind=SHOWN, subject_type=model, subject_id__in=keys)
        looks += records.order_by("-recorded_at", "-id")[:MOST_LOOKS]
    return sorted(looks, key=lambda look: look.recorded_at, reverse=True)[:MOST_LOOKS]


def shown_periods() -> list[tuple[Period, Ending | None, Any]]:
    """Every period with what it is about and its latest run that did away with something."""
    periods = Period.objects.prefetch_related("runs")
    return [(period, ending_of(period.key), next(iter(period.runs.all()), None)) for period in periods]
