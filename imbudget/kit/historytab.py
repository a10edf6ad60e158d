"""The history of one row as a list of changed fields, newest first."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.postgres.fields import ArrayField
from django.db.models import JSONField
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from imbudget.kit.fields import EncryptedTextField
from imbudget.kit.formats import as_text

LIMIT = 200
HIDDEN = {"id", "version"}
CHANGED = "~"  # the kind of a record that neither begins nor ends a row
UNTOLD = "…"  # stands for a value that is not told here: that it changed is history, what it was stays where it is


@dataclass(frozen=True, slots=True)
class Change:
    """What one act changed: (field label, before, after)."""

    at: datetime
    who: str
    kind: str
    address: str
    fields: list[tuple[str, str, str]]


def changes_of(obj: Any) -> list[Change]:
    """The row's newest changes that can be seen: two queries, and one for each model that the row points at.

    What is written without altering anything shown (a revision, a key to search by) leaves a record, and no entry here.
    """
    records = list(obj.history.order_by("-history_date", "-history_id")[: LIMIT + 1])
    users = get_user_model().objects.in_bulk({record.history_user_id for record in records} - {None})
    names = _names(records)
    changes = []
    for number, record in enumerate(records[:LIMIT]):
        older = records[number + 1] if number + 1 < len(records) else None
        change = _change(record, older, str(users.get(record.history_user_id, "")), names)
        if change.fields or change.kind != CHANGED:
            changes.append(change)
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
        if not _is_shown(field):
            continue
        after = getattr(record, field.attname, None)
        before = getattr(older, field.attname, None) if older else None
        if before == after:
            continue
        texts = _text(field, before, names), _text(field, after, names)
        if texts[0] != texts[1] or UNTOLD in texts:
            rows.append((str(field.verbose_name), *texts))
    return Change(record.history_date, who, record.history_type, record.history_address or "", rows)


def _is_shown(field: Any) -> bool:
    """A field without a label of its own is filled by the system from others, and tells a reader nothing."""
    return field.name not in HIDDEN and isinstance(field.verbose_name, Promise)


def _text(field: Any, value: Any, names: dict[tuple[type, Any], str]) -> str:
    if value is None or value == "":
        return ""
    if isinstance(field, EncryptedTextField | JSONField):
        return UNTOLD if value else ""
    if isinstance(field, ArrayField):
        return pgettext("between the values of a list", ", ").join(_word(field.base_field, each) for each in value)
    if field.related_model:
        return names.get((field.related_model, value), str(value))
    return _word(field, value)


def _word(field: Any, value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    return as_text(value, "money" if isinstance(value, Decimal) else "text")
