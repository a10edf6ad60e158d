"""History that nothing escapes: statement triggers write django-simple-history's own tables.

Signals would miss COPY, bulk_create, update() and raw SQL, and cost a save three times its time. Who, from
where and why come from transaction-local settings that `record_context` sets. Migrations name table and
columns explicitly (they are frozen, the live model is not).
"""

from collections.abc import Sequence
from typing import Any

from django.apps import apps
from django.db import connection, migrations

from imbudget.kit.integrity import act_token


def record_context(user_id: int | None, address: str, reason: str) -> None:
    """Name the person behind what the rest of this transaction writes, and prove that it is ours (`kit.integrity`)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('app.user_id', %s, true), set_config('app.address', %s, true),"
            " set_config('app.reason', %s, true), set_config('app.act', %s, true)",
            [str(user_id or ""), address, reason[:100], act_token()],
        )


META = (
    "history_date, history_type, history_user_id, history_address, history_change_reason",
    "moment_of_act, '{kind}', user_of_act, address_of_act, reason_of_act",
)
# Read once a statement: asked for each row they cost about as much as the row's indexes.
ACT = """DECLARE
    moment_of_act timestamptz := clock_timestamp();
    user_of_act bigint := nullif(current_setting('app.user_id', true), '')::bigint;
    address_of_act text := nullif(current_setting('app.address', true), '');
    reason_of_act text := nullif(current_setting('app.reason', true), '');"""


def history_trigger_sql(table: str, history: str, columns: Sequence[str]) -> tuple[str, str]:
    """SQL that makes the three triggers of one table, and SQL that drops them."""
    name = f"{table}_history"
    listed = ", ".join(f'"{column}"' for column in columns)
    rows = ", ".join(f'r."{column}"' for column in columns)
    # What an update changed, by EXCEPT: a plan made for one row would compare thousands of rows with each other.
    changed = f"(SELECT {listed} FROM come EXCEPT SELECT {listed} FROM gone) r"
    inserts = {
        kind: f"INSERT INTO {history} ({listed}, {META[0]}) SELECT {rows}, {META[1].format(kind=kind)} FROM {source}"
        for kind, source in {"+": "come r", "-": "gone r", "~": changed}.items()
    }
    forward = f"""
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
{ACT}
BEGIN
    IF TG_OP = 'INSERT' THEN
        {inserts["+"]};
    ELSIF TG_OP = 'DELETE' THEN
        {inserts["-"]};
    ELSE
        {inserts["~"]};
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER {name}_come AFTER INSERT ON {table}
    REFERENCING NEW TABLE AS come FOR EACH STATEMENT EXECUTE FUNCTION {name}();
CREATE TRIGGER {name}_gone AFTER DELETE ON {table}
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION {name}();
CREATE TRIGGER {name}_changed AFTER UPDATE ON {table}
    REFERENCING OLD TABLE AS gone NEW TABLE AS come FOR EACH STATEMENT EXECUTE FUNCTION {name}();
"""
    back = "".join(f"DROP TRIGGER {name}_{end} ON {table};\n" for end in ("come", "gone", "changed"))
    return forward, f"{back}DROP FUNCTION {name}();"


class HistoryTriggers(migrations.RunSQL):
    """Migration step: history of one table by triggers."""

    def __init__(self, table: str, history: str, columns: Sequence[str]) -> None:
        self.arguments = (table, history, tuple(columns))
        forward, back = history_trigger_sql(table, history, columns)
        super().__init__(forward, back)

    def deconstruct(self) -> Any:
        return self.__class__.__name__, list(self.arguments), {}


def expected_triggers() -> dict[str, set[str]]:
    """Table → columns that must be copied, for every model that has a history; it generates its own generated ones."""
    wanted = {}
    for model in apps.get_models():
        tracker = getattr(model, "history", None)
        if tracker is not None and hasattr(tracker, "model"):
            fields = {field.column for field in tracker.model.tracked_fields if not field.generated}
            wanted[model._meta.db_table] = fields
    return wanted


def missing_triggers() -> list[str]:
    """What is not kept: tables without triggers, or whose function leaves a column out; empty when all is well."""
    problems = []
    with connection.cursor() as cursor:
        for table, columns in expected_triggers().items():
            cursor.execute(
                "SELECT count(*), min(pg_get_functiondef(t.tgfoid)) FROM pg_trigger t"
                " WHERE t.tgrelid = %s::regclass AND t.tgname LIKE %s AND t.tgenabled <> 'D'",
                [table, f"{table}_history_%"],
            )
            count, source = cursor.fetchone()
            if count != 3:
                problems.append(f"{table}: {count} of 3 history triggers")
            else:
                problems += [
                    f"{table}.{column} is not in its history" for column in columns if f'r."{column}"' not in source
                ]
    return problems
