"""Append: the act writes its entry in its own transaction; the sealer orders and chains later."""

import json
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import connection, models, transaction
from django.http import HttpRequest
from django.utils import timezone

from apps.evidence.canonical import FIELDS, FORMAT_OF, canonical_bytes, leaf_of
from apps.evidence.models import Entry
from apps.evidence.vocabulary import is_known
from imbudget.kit.actor import Actor
from imbudget.kit.money import rounded

COLUMNS = (*FIELDS, "facts", "recorded_at", "version", "leaf")
INSERT = f"""
INSERT INTO evidence_entry ({", ".join(COLUMNS)}) VALUES ({", ".join(["%s"] * len(COLUMNS))}) RETURNING id
"""  # noqa: S608 - fixed names
COPY = f"COPY evidence_entry ({', '.join(COLUMNS)}) FROM STDIN"


def append(event: str, subject: models.Model | None, actor: Actor, **facts: Any) -> Entry:
    """Record one key operation, in the transaction of the act itself (one without is a defect of the caller).

    `facts` are plain values; amounts and dates are kept as text. Raises ValueError for an event outside the
    vocabulary. Costs one INSERT and takes no lock that another act could wait for.
    """
    _refuse_outside(event)
    values = _values(event, subject, actor, facts)
    row = values | {"facts": json.dumps(values["facts"])}
    with connection.cursor() as cursor:  # by hand: a save() takes three times as long, and every act waits for it
        cursor.execute(INSERT, [row[name] for name in COLUMNS])
        (key,) = cursor.fetchone()
    entry = Entry(id=key, **values)
    entry._state.adding, entry._state.db = False, connection.alias
    return entry


def append_many(event: str, rows: Iterable[tuple[models.Model | None, dict[str, Any]]], actor: Actor) -> None:
    """Record the same operation on many subjects, each with its own facts and its own entry."""
    _refuse_outside(event)
    # Read before the COPY begins: a subject that asks the database for its region meanwhile would wait for ever.
    entries = [_values(event, subject, actor, facts) for subject, facts in rows]
    with connection.cursor() as cursor, cursor.copy(COPY) as copy:
        for values in entries:
            values["facts"] = json.dumps(values["facts"])
            copy.write_row([values[name] for name in COLUMNS])


def _refuse_outside(event: str) -> None:
    if not is_known(event):
        raise ValueError(f"{event} is not in the vocabulary: register it in the app's events.py")
    if not connection.in_atomic_block:
        raise RuntimeError("evidence is appended inside the transaction of its act")


def _values(event: str, subject: models.Model | None, actor: Actor, facts: dict[str, Any]) -> dict[str, Any]:
    values = {
        "event": event,
        "subject_type": subject._meta.label if subject is not None else "",
        "subject_id": str(subject.pk or "") if subject is not None else "",
        "subject_label": str(subject)[:400] if subject is not None else "",
        "actor_id": str(actor.user_id or ""),
        "actor_name": actor.name[:150],
        "post_label": actor.post_label[:250],
        "region_code": _region_code(subject, actor) or actor.region_code,
        "address": actor.address,
    }
    plain = {name: _plain(value) for name, value in facts.items()}
    recorded_at = timezone.now()
    version = FORMAT_OF[settings.EVIDENCE_HASH]
    leaf = leaf_of(version, canonical_bytes(version, values, plain, recorded_at))
    return values | {"facts": plain, "recorded_at": recorded_at, "version": version, "leaf": leaf}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, bool | int | str) or value is None:
        return value
    if isinstance(value, Decimal):
        return f"{value:.2f}" if value == rounded(value) else f"{value:f}"  # never less exact than the act
    return str(value)


def _region_code(subject: Any, actor: Actor) -> str:
    """The code of the region a subject belongs to, when it has one: what auditors are scoped by."""
    if actor.region_code and actor.region_id == getattr(subject, "region_id", None) is not None:
        return actor.region_code  # their own region, as nearly always: it is not asked for again
    region = getattr(subject, "region", None)
    if region is None and hasattr(subject, "finance_code"):
        region = subject
    return getattr(region, "code", "") or ""


def record_download(request: HttpRequest, what: str, **facts: Any) -> Entry:
    """The audit record of a document or list that leaves the system; the one write that a GET does."""
    with transaction.atomic():
        return append("evidence.downloaded", None, request.actor, what=what, **facts)  # type: ignore[attr-defined]
