"""One row with a very long text, written without the text becoming a part of the statement."""

from typing import Any

from django.db import connection, models
from django.db.models.sql import InsertQuery
from psycopg import Cursor


def insert_beside(row: models.Model) -> None:
    """INSERT the row with its values sent beside the statement; for texts of hundreds of kilobytes.

    Django writes values into the statement: the server reads such a text as a literal, which costs several times what
    storing it does.
    """
    query: Any = InsertQuery(type(row))
    fields = [field for field in row._meta.local_concrete_fields if not field.primary_key]
    query.insert_values(fields, [row])
    compiler = query.get_compiler(connection=connection)
    compiler.returning_fields = [row._meta.pk]
    [(statement, values)] = compiler.as_sql()
    with connection.wrap_database_errors, Cursor(connection.connection) as cursor:
        found: Any = cursor.execute(statement, values).fetchone()
    row.pk = found[0]
    row._state.adding, row._state.db = False, connection.alias
