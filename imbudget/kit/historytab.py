"""The history of one row as a list of changed fields, newest first."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model

from imbudget.kit.fields import EncryptedTextField
from imbudget.kit.formats import as_text

LIMIT = 200
HIDDEN = {"id", "league", "search_key", "version"}


@dataclass(frozen=True, slots=True)
class Change:
    """What one act changed: (field label, before, after)."""

    at: datetime
    who: str
    kind: str
    address: str
    fields: list[tuple[str, str, str]]


def changes_of(obj: Any) -> list[Change]:
    """The row's newest changes: two queries, and one for each model that the row points at."""
    records = list(obj.history.order_by("-history_date", "-history_id")[: LIMIT + 1])
    users = get_user_model().objects.in_bulk({record.history_user_id for record in records} - {None})
    names = _names(records)
    changes = []
    for number, record in enumerate(records[:LIMIT]):
        older = records[number + 1] if number + 1 < len(records) else None
        changes.append(_change(record, older, str(users.get(record.history_user_id, "")), names))
    return changes


def _names(records: list[Any]) -> dict[tuple[type, Any], str]:
    """What the rows pointed at are called today, by (model, key)."""
    wanted: dict[Any, set[Any]] = {}
    for record in records:
        for field in record.tracked_fields:
            if field.related_model:
                wanted.setdefault(field.related_model, set()).add(getattr(record, field.attname, None))
    return {
        (model, key): str(row)
        for model, keys in wanted.items()
        for key, row in model._base_manager.in_bulk(keys - {None}).items()
    }


def _change(record: Any, older: Any, who: str, names: dict[tuple[type, Any], str]) -> Change:
    rows = []
    for field in record.tracked_fields:
        if field.name in HIDDEN:
            continue
        after = getattr(record, field.attname, None)
        before = getattr(older, field.attname, None) if older else None
        if older is None and after in (None, ""):
            continue
        if older is None or before != after:
            rows.append((str(field.verbose_name), _text(field, before, names), _text(field, after, names)))
    return Change(record.history_date, who, record.history_type, record.history_address or "", rows)


def _text(field: Any, value: Any, names: dict[tuple[type, Any], str]) -> str:
    if value is None:
        return ""
    if isinstance(field, EncryptedTextField):
        return "…" if value else ""  # that it changed is history, what it was stays masked
    if field.related_model:
        return names.get((field.related_model, value), str(value))
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    return as_text(value, "money" if field.get_internal_type() == "DecimalField" else "text")
