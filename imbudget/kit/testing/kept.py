"""Rows that many tests begin with: made once by the services, then put back as they were."""

import json
from collections.abc import Callable, Iterator, Set
from copy import deepcopy
from functools import wraps
from typing import Any, TypeVar

from django.db import connection, transaction
from psycopg import sql

Made = TypeVar("Made")
TABLES = """
SELECT c.oid::regclass::text, string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
GROUP BY c.oid
"""
# Which tables the open transaction has written into, or one before it of which it is not yet counted.
TOUCHED = """
SELECT relid::regclass::text FROM pg_stat_xact_user_tables
WHERE schemaname = 'public' AND n_tup_ins + n_tup_upd + n_tup_del > 0
"""
# What is written from now on carries this number or a later one.
NEXT_WRITER = "SELECT (pg_snapshot_xmax(pg_current_snapshot())::text::numeric % 4294967296)::text"
WRITTEN = """
SELECT json_agg(to_json(t))::text FROM {table} t WHERE age(t.xmin) <= age('{since}'::xid) AND t.xmin <> ALL (%s::xid[])
"""
PUT_BACK = """
INSERT INTO {table} ({columns}) OVERRIDING SYSTEM VALUE
SELECT {columns} FROM json_populate_recordset(NULL::{table}, {rows})
"""


def kept(make: Callable[[], Made]) -> Callable[[], Made]:
    """A factory that works once in a process, and later, where its tables are empty, puts its rows back.

    Each caller gets objects of their own. The keys are those of the first time; sequences have gone on since.
    """
    keeper = Keeper()
    first: list[Made] = []

    @wraps(make)
    def again() -> Made:
        if first and keeper.finds_room():
            keeper.put_back()
            return deepcopy(first[0])
        with keeper.watching():
            made = make()
        if keeper.tables and not first:
            first.append(deepcopy(made))
        return made

    again.keeper = keeper  # type: ignore[attr-defined]
    return again


def kept_rows(factory: Callable[[], Any]) -> dict[str, int]:
    """Table → how many rows a kept factory puts back; nothing while it has not worked yet."""
    return factory.keeper.rows  # type: ignore[attr-defined, no-any-return]


class Keeper:
    """The rows that one piece of work wrote into tables that were empty before."""

    def __init__(self) -> None:
        self.rows: dict[str, int] = {}
        self.statements = ""

    @property
    def tables(self) -> list[str]:
        return list(self.rows)

    def watching(self, may_add_to: Set[str] = frozenset()) -> "Watch":
        return Watch(self, may_add_to)

    def finds_room(self) -> bool:
        return not filled(self.tables)

    def put_back(self) -> None:
        """As a replica does it: what triggers would check and copy is in the rows.

        What the transaction has done by its end is then counted at once, so that the next begins at nought.
        """
        role = "SET LOCAL session_replication_role = {};"
        count = "SELECT pg_stat_force_next_flush();"
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(role.format("replica") + self.statements + role.format("origin") + count)


class Watch:
    """Notices what is written while it lasts, unless it has been noticed before."""

    def __init__(self, keeper: Keeper, may_add_to: Set[str]) -> None:
        self.keeper, self.may_add_to = keeper, may_add_to

    def __enter__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('is_superuser')::bool")
            self.wanted = not self.keeper.tables and cursor.fetchone()[0]  # only a superuser plays the replica
            self.writers: list[str] = []
            if not self.wanted:
                return
            cursor.execute(TABLES)
            self.columns: dict[str, str] = dict(cursor.fetchall())
            cursor.execute(NEXT_WRITER)
            (self.since,) = cursor.fetchone()
        self.filled = filled(list(self.columns))
        self.writers = writers(self.may_add_to)

    def __exit__(self, failure: type[BaseException] | None, *rest: object) -> None:
        if not self.wanted or failure:
            return
        rows = dict(self.written())
        if not (self.filled - self.may_add_to) & rows.keys():
            self.keeper.rows = {table: len(json.loads(text)) for table, text in rows.items()}
            self.keeper.statements = "".join(f"{self.statement(table, text)};" for table, text in rows.items())

    def written(self) -> Iterator[tuple[str, str]]:
        with connection.cursor() as cursor:
            for table in self.touched():
                known = self.writers if table in self.may_add_to else []
                cursor.execute(WRITTEN.format(table=table, since=self.since), [known])
                (text,) = cursor.fetchone()
                if text:
                    yield table, text

    def touched(self) -> list[str]:
        """The tables that may have new rows; outside a transaction the server does not say which."""
        if not connection.in_atomic_block:
            return list(self.columns)
        with connection.cursor() as cursor:
            cursor.execute(TOUCHED)
            return [table for (table,) in cursor.fetchall() if table in self.columns]

    def statement(self, table: str, text: str) -> str:
        rows = sql.Literal(text).as_string(connection.connection)
        return PUT_BACK.format(table=table, columns=self.columns[table], rows=rows)


def writers(tables: Set[str]) -> list[str]:
    """Whose rows stand in the tables; the transaction that is still open may be among those that are to come."""
    if not tables:
        return []
    with connection.cursor() as cursor:
        cursor.execute(" UNION ".join(f"SELECT xmin::text FROM {table}" for table in tables))  # noqa: S608 - as below
        return [writer for (writer,) in cursor.fetchall()]


def filled(tables: list[str]) -> set[str]:
    """Those of the tables that have rows."""
    asked = " UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT FROM {table})" for table in tables)  # noqa: S608 - names of the catalogue
    with connection.cursor() as cursor:
        cursor.execute(asked)
        return {table for (table,) in cursor.fetchall()}
