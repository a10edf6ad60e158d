"""After a test that commits: only the tables that it filled are emptied."""

from typing import Any

from django.db import connections, transaction
from django.test import TransactionTestCase

from imbudget.kit.testing.kept import filled

# Django empties these too, only to write the same rows again from all models.
STAY = {"django_content_type", "auth_permission"}
django_empties = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]


def empty_quickly(case: Any) -> None:
    """What Django does by TRUNCATE of all tables and a run of all that follows a migration."""
    connection = connections["default"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('is_superuser')::bool")
        (may_play_replica,) = cursor.fetchone()
    if case.available_apps is not None or not may_play_replica:
        django_empties(case)
        return
    tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # neither foreign keys nor triggers object
        for table in filled([connection.ops.quote_name(table) for table in tables if table not in STAY]):
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608 - names of the catalogue
