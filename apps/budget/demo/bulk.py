"""Writing millions of rows into empty tables: indexes and foreign keys are put back after the rows, not kept with each.

All of it is part of the caller's transaction: whoever is cut off leaves the tables as they were.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from psycopg import sql

# Unique constraints go too: their indexes are made quicker at the end. Primary keys stay, rows come in their order.
CONSTRAINTS = """
SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE conrelid = %s::regclass AND contype IN ('f', 'u') ORDER BY contype DESC, conname
"""
INDEXES = """
SELECT c.relname, pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
WHERE i.indrelid = %s::regclass AND NOT i.indisprimary
  AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.conrelid = i.indrelid)
ORDER BY c.relname
"""


@contextmanager
def written_in_bulk(tables: list[str], triggers: dict[str, list[str]]) -> Iterator[None]:
    """The tables without their indexes and foreign keys, and without the named triggers, whose work the caller does."""
    with connection.cursor() as cursor:
        # Checks that still wait would forbid changing the tables.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL maintenance_work_mem = '256MB'")
        cursor.execute("SET LOCAL work_mem = '128MB'")
        _switch(cursor, triggers, "DISABLE")
        kept = {table: _take_down(cursor, table) for table in tables}
    yield
    with connection.cursor() as cursor:
        for table, (indexes, constraints) in kept.items():
            _put_back(cursor, table, indexes, constraints)
        _switch(cursor, triggers, "ENABLE")


def _take_down(cursor: Any, table: str) -> tuple[list[str], list[tuple[str, str]]]:
    cursor.execute(CONSTRAINTS, [table])
    constraints = cursor.fetchall()
    for name, _definition in constraints:
        _alter(cursor, table, sql.SQL("DROP CONSTRAINT {}").format(sql.Identifier(name)))
    cursor.execute(INDEXES, [table])
    indexes = cursor.fetchall()
    for name, _definition in indexes:
        cursor.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
    return [definition for _name, definition in indexes], constraints


def _put_back(cursor: Any, table: str, indexes: list[str], constraints: list[tuple[str, str]]) -> None:
    for definition in indexes:
        cursor.execute(definition)
    for name, definition in constraints:
        _alter(cursor, table, sql.SQL("ADD CONSTRAINT {} {}").format(sql.Identifier(name), sql.SQL(definition)))


def _switch(cursor: Any, triggers: dict[str, list[str]], word: str) -> None:
    for table, names in triggers.items():
        for name in names:
            _alter(cursor, table, sql.SQL(f"{word} TRIGGER {{}}").format(sql.Identifier(name)))


def _alter(cursor: Any, table: str, change: Any) -> None:
    cursor.execute(sql.SQL("ALTER TABLE {} {}").format(sql.Identifier(table), change))
