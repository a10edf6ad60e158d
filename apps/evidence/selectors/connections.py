"""The database connection of psycopg under Django's, for COPY."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection


@contextmanager
def raw_connection() -> Iterator[Any]:
    """The connection that the transaction at hand runs on."""
    connection.ensure_connection()
    yield connection.connection
