"""Records of other days, and the ways of someone who owns the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from apps.audit.models import Record


def make_record(at: datetime | None = None, **values: Any) -> Record:
    """A record as a service leaves it, of any day."""
    return Record.objects.create(recorded_at=at or timezone.now(), kind="audit.tested", **values)


def day(text: str) -> datetime:
    """Noon of a day."""
    return timezone.make_aware(datetime.fromisoformat(f"{text}T12:00"))


def make_month(text: str) -> None:
    """The table of a month gone by."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_make_month(%s::date)", [f"{text}-01"])


@contextmanager
def without_triggers() -> Iterator[Any]:
    """A cursor of someone who can switch the triggers off."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield cursor
        cursor.execute("SET LOCAL session_replication_role = origin")


def tables() -> set[str]:
    """The tables that the log is divided into."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'audit_record'::regclass")
        return {row[0] for row in cursor.fetchall()}
