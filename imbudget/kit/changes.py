"""What a filled form would change of a row, for the evidence of single-row acts; a row given the values of a file."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db import models


def differences(row: models.Model, private: tuple[str, ...] = ()) -> dict[str, list[str]]:
    """Field → [before, after] as text, for what differs from the row in the database; a new row has no before.

    Fields in `private` are named without their values: personal data does not go into records that stay for ever.
    """
    before = type(row)._base_manager.filter(pk=row.pk).first() if row.pk else None
    found = {}
    for field in row._meta.concrete_fields:
        old, new = _value(before, field), _value(row, field)
        if field.editable and not field.primary_key and old != new:
            found[field.name] = ["…", "…"] if field.name in private else [_text(old), _text(new)]
    return found


def _value(row: Any, field: Any) -> Any:
    return None if row is None else getattr(row, field.attname)


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def put(row: Any, values: Mapping[str, Any], write: Callable[[Any], None] | None = None) -> str:
    """Give a new or found row these values; returns created, changed or same, and writes it unless it is the same.

    `write` keeps the row where saving it needs more than a clean row.
    """
    outcome = "same" if row.pk else "created"
    for name, value in values.items():
        if getattr(row, name, None) != value:  # a key that a new row lacks has no value
            setattr(row, name, value)
            outcome = "changed" if outcome == "same" else outcome
    if outcome != "same":
        (write or _write)(row)
    return outcome


def would_change(row: Any, values: Mapping[str, Any]) -> bool:
    """Whether these values are others than the row has."""
    return any(getattr(row, name) != value for name, value in values.items())


def _write(row: Any) -> None:
    row.full_clean()
    row.save()
