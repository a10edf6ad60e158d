"""How an app has the rows of a table chained: steps for its migration, which are frozen there, and the way to begin anew.

A statement trigger puts each change into `evidence_rowchange`, in its own transaction and with all columns of the row; the
sealer digests and chains it (`services.rows`), `verify_rows` compares (`selectors.rowcheck`). COPY, `update()` and raw SQL
leave none out; whoever switches the triggers off leaves a row that is not what its last version says.
"""

from collections.abc import Iterable
from typing import Any

from django.db import connection, migrations

from imbudget.kit.history import record_context

ENDS = {
    "come": "INSERT ON {table} REFERENCING NEW TABLE AS come",
    "gone": "DELETE ON {table} REFERENCING OLD TABLE AS gone",
    "changed": "UPDATE ON {table} REFERENCING OLD TABLE AS gone NEW TABLE AS come",
}
TAKE_IN = """
INSERT INTO evidence_rowchange ("table", key, op, body) SELECT '{table}', t.id, 'B', to_jsonb(t)::text FROM {table} t
"""


def chain_rows(*tables: str) -> list[Any]:
    """The steps of a migration after which these tables are chained; the rows that they have are taken in."""
    steps: list[Any] = []
    for table in tables:
        forward = "".join(
            f"CREATE TRIGGER {table}_chained_{end} AFTER {when.format(table=table)}"
            " FOR EACH STATEMENT EXECUTE FUNCTION evidence_row_chained();\n"
            for end, when in ENDS.items()
        )
        back = "".join(f"DROP TRIGGER {table}_chained_{end} ON {table};\n" for end in ENDS)
        steps.append(migrations.RunSQL(forward, back))
    return [*steps, migrations.RunPython(lambda _apps, _editor: take_in(tables), migrations.RunPython.noop)]


def take_in(tables: Iterable[str]) -> None:
    """From here on: the present rows of these tables are their versions (inside of a transaction)."""
    record_context(None, "", "take_in")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL timezone = 'UTC'")
        for table in tables:
            cursor.execute(TAKE_IN.format(table=table))


def switched_off(tables: Iterable[str]) -> list[str]:
    """Which of these tables write nothing down: triggers that are missing or switched off."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.name FROM unnest(%s::text[]) AS t (name) WHERE 3 <> (SELECT count(*) FROM pg_trigger g"
            " WHERE g.tgrelid = to_regclass(t.name) AND g.tgfoid = to_regproc('evidence_row_chained')"
            " AND g.tgenabled IN ('O', 'A'))",
            [list(tables)],
        )
        return [name for (name,) in cursor.fetchall()]
