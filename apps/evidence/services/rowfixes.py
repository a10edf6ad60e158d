"""What is done about rows that were written past the services, once people know why: they are taken in as they stand."""

from django.db import connection
from django.utils.translation import gettext as _

from apps.evidence.chained import take_in
from apps.evidence.services.appending import append
from imbudget.kit import registry
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.errors import RuleViolation

# A row that is not there any more is accepted as gone: its version has no body.
ACCEPT = """
INSERT INTO evidence_rowchange ("table", key, op, body)
SELECT '{table}', %s, 'B', coalesce((SELECT to_jsonb(t)::text FROM {table} t WHERE t.id = %s), '')
"""


@act
def accept_row(actor: Actor, table: str, key: int, reason: str) -> None:
    """Let one row stand as it is now (or be gone), although it was written past the services; the reason stays in evidence."""
    _refuse(table, reason)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL timezone = 'UTC'")
        cursor.execute(ACCEPT.format(table=table), [key, key])
    append("evidence.row_accepted", None, actor, table=table, key=key, reason=reason)


@act
def take_in_rows(actor: Actor, table: str, reason: str) -> None:
    """Let all rows of a table stand as they are now: after it was refilled, or its columns were changed."""
    _refuse(table, reason)
    take_in([table])
    append("evidence.rows_taken_in", None, actor, table=table, reason=reason)


def _refuse(table: str, reason: str) -> None:
    if table not in registry.chained_tables:
        raise RuleViolation(_("The rows of %(table)s are not chained.") % {"table": table})
    if not reason.strip():
        raise RuleViolation(_("Give the reason."))
