"""What a filled form would change of a row: for the evidence of single-row acts."""

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
