"""All that was done to one row: its history, its evidence and what the audit log says of it, on one line of time."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db.models import Model

from apps.audit.models import Trail
from imbudget.kit.actor import Actor
from imbudget.kit.historytab import Change, changes_of

SHOWN = 200  # newest of each


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened to a row: a change of its fields, or a row of one of the two logs."""

    at: datetime
    change: Change | None = None
    row: Trail | None = None


def model_called(label: str) -> type[Model] | None:
    """A model of ours by its label (`regions.region`)."""
    try:
        model = apps.get_model(label)
    except (LookupError, ValueError):
        return None
    return model if model.__module__.startswith("apps.") else None


def row_in_sight(actor: Actor, model: type[Model], key: str) -> Any:
    """The row itself where the actor may see it; None where it is out of sight or gone."""
    manager: Any = model._default_manager
    if not hasattr(manager.all(), "visible_to"):
        return None
    try:
        return manager.all().visible_to(actor).filter(pk=key).first()
    except (ValueError, TypeError, OverflowError, ValidationError):
        return None


def trail_of_object(actor: Actor, model: type[Model], key: str) -> list[Trail]:
    """The newest rows of both logs about a row, within the actor's scope."""
    rows = Trail.objects.visible_to(actor).filter(subject_type=model._meta.label, subject_id=key)
    return list(rows.order_by("-recorded_at", "-id")[:SHOWN])


def moments_of(row: Any, trail: list[Trail]) -> list[Moment]:
    """History and logs together, newest first. `row` may be None: then only the logs speak."""
    changes = changes_of(row) if row is not None and hasattr(row, "history") else []
    found = [Moment(change.at, change=change) for change in changes]
    found += [Moment(entry.recorded_at, row=entry) for entry in trail]
    return sorted(found, key=lambda moment: moment.at, reverse=True)
