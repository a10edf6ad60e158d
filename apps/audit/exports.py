"""The files of the audit desk: for people as CSV, for other tools as JSON lines."""

import json
from collections.abc import Iterable, Iterator

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from apps.audit.models import Trail
from apps.audit.tables import TrailTable
from imbudget.kit.tables import Column

COLUMNS = (
    Column("id", _("number"), kind="code"),
    *(column for column in TrailTable.columns if column.name not in {"kind", "succeeded"}),
    Column("kind", _("operation"), path="kind_label"),
    Column("done", _("outcome"), path="outcome"),
    Column("subject_type", _("kind of subject"), kind="code"),
    Column("subject_id", _("number of the subject"), kind="code"),
    Column("facts", _("facts"), path="facts_text"),
)
NAMES = tuple(field.name for field in Trail._meta.concrete_fields)


def export_limit() -> int:
    """How many rows a file may hold."""
    return int(settings.AUDIT_EXPORT_ROWS)


def json_lines(rows: Iterable[Trail]) -> Iterator[bytes]:
    """One object a line; times after ISO 8601 with their offset."""
    for row in rows:
        values = {name: getattr(row, name) for name in NAMES}
        values["recorded_at"] = row.recorded_at.isoformat()
        yield json.dumps(values, ensure_ascii=False).encode() + b"\n"
