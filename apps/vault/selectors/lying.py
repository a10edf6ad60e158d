"""What lies under which key: every encrypted column, those of histories too, and what apps keep elsewhere."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import connection

from apps.vault.models import DataKey
from imbudget.kit import crypto, registry
from imbudget.kit.fields import EncryptedTextField, SealedBytesField


@dataclass(frozen=True, slots=True)
class Place:
    """An encrypted column: its table, its key and how values are bound."""

    label: str
    table: str
    pk: str
    pk_type: str
    column: str
    bound_to: str


def places() -> list[Place]:
    """Every encrypted column of the database."""
    return [place for model in apps.get_models() if model._meta.managed for place in _places_of(model)]


def _places_of(model: Any) -> Iterator[Place]:
    quote = connection.ops.quote_name
    for field in model._meta.local_concrete_fields:
        if isinstance(field, EncryptedTextField | SealedBytesField):
            pk = model._meta.pk
            yield Place(
                f"{model._meta.label}.{field.name}",
                quote(model._meta.db_table),
                quote(str(pk.column)),
                str(pk.rel_db_type(connection)),
                quote(str(field.column)),
                field.column_name,
            )


def not_under(place: Place, head: bytes) -> bool:
    """Whether any value of a column lies under another key than the one with this head."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT EXISTS (SELECT FROM {place.table} WHERE octet_length({place.column}) > 0"  # noqa: S608 - our names
            f" AND substring({place.column} FOR %s) <> %s)",
            [len(head), head],
        )
        return bool(cursor.fetchone()[0])


def anything_under(key: DataKey) -> bool:
    """Whether anything lies under this key, in columns or in what apps keep elsewhere."""
    head = crypto.envelope_head(key.algorithm, key.number)
    return any(_under(place, head) for place in places()) or bool(held_by(key))


def held_by(key: DataKey) -> dict[str, int]:
    """What lies frozen under this key where nothing can move it, by who keeps it; empty when nothing does."""
    head = crypto.envelope_head(key.algorithm, key.number)
    found = {name: holder(head) for name, holder in registry.key_holders.items()}
    return {name: number for name, number in found.items() if number}


def _under(place: Place, head: bytes) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT EXISTS (SELECT FROM {place.table} WHERE substring({place.column} FOR %s) = %s)",  # noqa: S608
            [len(head), head],
        )
        return bool(cursor.fetchone()[0])


def older_transactions(moment: datetime) -> bool:
    """Whether a transaction that began before this moment is still open: what it writes cannot be seen yet."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND backend_type = 'client backend' AND xact_start < %s)",
            [moment],
        )
        return bool(cursor.fetchone()[0])
