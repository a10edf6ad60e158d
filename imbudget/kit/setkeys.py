"""Foreign keys checked once a statement: for a table into which whole budgets are written at once.

PostgreSQL checks a foreign key row by row, which costs several times the row itself. These triggers hold the same
promise set by set: rows that come lock the keys they name (FOR KEY SHARE) and are refused when one is missing; rows
that are named cannot be deleted, nor change their key. Like a constraint that is not deferred, they look at once.
"""

from typing import Any

from django.db import migrations

ONE = 'SELECT DISTINCT c."{column}" FROM come c'
# Many rows name few keys: those are gathered once, and where all of them could be locked no row is looked at again.
LOCK = """
    named := ARRAY(SELECT n.key FROM ({named}) n (key) WHERE n.key IS NOT NULL);
    PERFORM 1 FROM {target} t WHERE t.{pk} = ANY(named) ORDER BY t.{pk} FOR KEY SHARE;
    GET DIAGNOSTICS locked = ROW_COUNT;
    IF locked < cardinality(named) THEN{missing}
    END IF;"""
MISSING = """
        SELECT c."{column}" INTO missing FROM come c
            WHERE c."{column}" IS NOT NULL AND NOT EXISTS (SELECT FROM {target} t WHERE t.{pk} = c."{column}") LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION '{table}.{column} names no row of {target}: %', missing
                USING ERRCODE = 'foreign_key_violation';
        END IF;"""
NAMED = """
    IF EXISTS (SELECT FROM gone g JOIN {table} c ON c."{column}" = g.{pk}) THEN
        RAISE EXCEPTION '{target} is still named by {table}.{column}' USING ERRCODE = 'foreign_key_violation';
    END IF;"""


def set_keys_sql(table: str, keys: dict[str, tuple[str, ...]], pk: str = "id") -> tuple[str, str]:
    """SQL that makes the triggers (`keys`: table pointed at → columns that point), and SQL that drops them."""
    come, stay, back = "", "", f"DROP FUNCTION {table}_keys() CASCADE;\n"
    for target, columns in keys.items():
        named = " UNION ".join(ONE.format(column=column) for column in columns)
        missing = "".join(MISSING.format(table=table, target=target, column=column, pk=pk) for column in columns)
        come += LOCK.format(target=target, pk=pk, named=named, missing=missing)
        stay += _stays(table, target, columns, pk)
        back += f"DROP FUNCTION {_short(table, target)}_stays() CASCADE;\n"
        back += f"DROP FUNCTION {_short(table, target)}_same() CASCADE;\n"
    return (
        f"""
CREATE FUNCTION {table}_keys() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE named bigint[]; locked bigint; missing bigint;
BEGIN {come}
    RETURN NULL;
END $$;
CREATE TRIGGER {table}_keys_come AFTER INSERT ON {table}
    REFERENCING NEW TABLE AS come FOR EACH STATEMENT EXECUTE FUNCTION {table}_keys();
CREATE TRIGGER {table}_keys_changed AFTER UPDATE ON {table}
    REFERENCING NEW TABLE AS come FOR EACH STATEMENT EXECUTE FUNCTION {table}_keys();
{stay}""",
        back,
    )


def _stays(table: str, target: str, columns: tuple[str, ...], pk: str) -> str:
    name = _short(table, target)
    named = "".join(NAMED.format(table=table, target=target, column=column, pk=pk) for column in columns)
    return f"""
CREATE FUNCTION {name}_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN {named}
    RETURN NULL;
END $$;
CREATE TRIGGER {name}_stays AFTER DELETE ON {target}
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION {name}_stays();
CREATE FUNCTION {name}_same() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '{target}.{pk} never changes' USING ERRCODE = 'foreign_key_violation';
END $$;
CREATE TRIGGER {name}_same BEFORE UPDATE OF {pk} ON {target}
    FOR EACH ROW WHEN (OLD.{pk} <> NEW.{pk}) EXECUTE FUNCTION {name}_same();
"""


def _short(table: str, target: str) -> str:
    return f"{table}_{target.split('_')[-1]}"


class SetKeys(migrations.RunSQL):
    """Migration step: foreign keys of one table by triggers; its fields have `db_constraint=False`."""

    def __init__(self, table: str, keys: dict[str, tuple[str, ...]], pk: str = "id") -> None:
        self.arguments = (table, keys, pk)
        super().__init__(*set_keys_sql(table, keys, pk))

    def deconstruct(self) -> Any:
        return self.__class__.__name__, list(self.arguments), {}
