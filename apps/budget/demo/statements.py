"""Statements of the generator, and how long its steps take."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection
from psycopg import sql

SQL = Path(__file__).parent / "sql"
Say = Callable[[str], Any]


@contextmanager
def step(say: Say, name: str) -> Iterator[None]:
    """Says what was done and how long it took."""
    began = time.monotonic()
    yield
    say(f"{name}: {time.monotonic() - began:.1f} s")


def run(name: str, **values: Any) -> int:
    """Runs a statement of this package; returns the rows it wrote."""
    with connection.cursor() as cursor:
        cursor.execute((SQL / f"{name}.sql").read_text(encoding="utf-8"), values or None)
        return cursor.rowcount


def copy(table: str, rows: Iterable[Iterable[Any]]) -> None:
    """Writes rows into a table whose columns they give in order."""
    order = sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(table))
    with connection.cursor() as cursor, cursor.copy(order) as target:
        for row in rows:
            target.write_row(tuple(row))


def analyze(*tables: str) -> None:
    """Statistics for the planner: nobody else sees the transaction's rows yet, autovacuum neither."""
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(table)))


def tidy() -> None:
    """Statistics and visibility of all tables at once, where no transaction is open; else autovacuum comes later."""
    if not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE)")
