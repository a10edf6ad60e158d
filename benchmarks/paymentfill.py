"""Payments of any number in the tables of disbursement and monitoring, made inside the database by a dozen statements.

What each row is, is told in `limits/fill_payments.sql`. Rows are written with the triggers of this one session switched off;
indexes and foreign keys are taken down before and put back after the rows, which checks them. The authorities, units and
regions below are those of `authorityfill`, with what upper levels sent to lower ones put on top.
"""

import io
import sys
import time
from typing import Any

from benchmarks import harness
from benchmarks.authorityfill import ELEMENTS
from benchmarks.paymentviews import user

PER_REQUEST = 3.95  # payees on average
TABLES = (
    *("paymentrequest", "paymentrow", "voucher", "outmessage", "inmessage", "daybook", "difference", "bankstatement"),
    *("statemententry", "flowtotal"),
)
WRITTEN = [*(f"disbursement_{name}" for name in TABLES), "monitoring_alarm", "monitoring_alarmstep"]
# Economic classes of ten groups, which flows are told by.
CLASSES = """
UPDATE codes_code c SET code = (30100 + s.place %% 10 * 100 + s.place / 10)::text
FROM (SELECT id, row_number() OVER (PARTITION BY year_id ORDER BY id) - 1 AS place FROM codes_code WHERE catalog = 'economic_dept') s
WHERE s.id = c.id;
INSERT INTO codes_code (catalog, year_id, code, name, is_leaf, is_standard, is_verified, source, search_key)
SELECT 'economic_dept', y.year, (301 + n)::text, 'class ' || n, false, true, false, '', '' FROM codes_fiscalyear y, generate_series(0, 9) n;
"""
ACCOUNTS = """
INSERT INTO disbursement_payaccount (region_id, league_id, kind, name, number, number_index, bank_name, bank_code, is_open)
SELECT r.id, r.league_id, 'finance', r.name || '财政局零余额账户', %(account)s, decode(md5('account' || r.id), 'hex'), '农业银行', '103191052345', true
FROM regions_region r;
INSERT INTO disbursement_treasurylink (region_id, name, dialect, place, holder, stamp_name, stamp_key, is_open)
SELECT r.id, '国库', 'mof', 'sandbox', r.name, '', '', true FROM regions_region r;
"""
_COPIED = ", ".join(
    {"region_id": "r.parent_id", "unit_id": "NULL"}.get(name, f"a.{name}") for name in ELEMENTS.split(", ")
)
# What a region sent to each region below it, by fund; the documents below rest on those above.
HANDED_DOWN = f"""
UPDATE ledger_authoritydocument d SET upper_id = u.id
FROM regions_region r, ledger_authoritydocument u WHERE r.id = d.region_id AND u.region_id = r.parent_id AND u.year_id = d.year_id;
INSERT INTO ledger_authority (uid, league_id, state, document_id, summary, created_at, receiving_region_id, {ELEMENTS})
SELECT gen_random_uuid(), p.league_id, 'sent', d.id, '', now(), r.id, {_COPIED}
FROM (SELECT DISTINCT ON (region_id, year_id, fund_id) * FROM ledger_authority ORDER BY region_id, year_id, fund_id, id) a
JOIN regions_region r ON r.id = a.region_id JOIN regions_region p ON p.id = r.parent_id
JOIN ledger_authoritydocument d ON d.region_id = p.id AND d.year_id = a.year_id;
INSERT INTO ledger_balance (authority_id, amount, increased, decreased, reserved, spent, available)
SELECT id, 1000000, 0, 0, 0, 0, 1000000 FROM ledger_authority WHERE state = 'sent';
"""
COUNTED = """
SELECT (SELECT count(*) FROM disbursement_paymentrow), (SELECT count(*) FROM disbursement_paymentrequest),
       (SELECT count(*) FROM monitoring_alarm), (SELECT count(*) FROM disbursement_daybook), pg_database_size(current_database()) / 1e9
"""


def fill_ground(authorities: int, units: int) -> dict[str, Any]:
    """Regions, units, authorities, accounts and rules; what was written."""
    from django.core.management import call_command
    from django.db import connection, transaction

    from benchmarks.authorityfill import fill_authorities

    filled = fill_authorities(authorities, units)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for statement in (CLASSES, ACCOUNTS, HANDED_DOWN):
            cursor.execute(statement, _sealed())
    call_command("load_monitoring_rules", verbosity=0, stdout=io.StringIO())
    return filled


def fill_payments(payees: int, alarms: int) -> dict[str, Any]:
    """About so many payees and alarms in the place of those that are there; what was written."""
    from django.db import connection, transaction

    from apps.budget.demo.bulk import written_in_bulk

    began = time.monotonic()
    values = {
        "requests": round(payees / PER_REQUEST),
        "alarms": alarms,
        "year": harness.YEAR,
        "user": user(),
        **_sealed(),
    }
    with connection.cursor() as cursor:
        with transaction.atomic():
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(f"TRUNCATE {', '.join(WRITTEN)} RESTART IDENTITY CASCADE")
            with written_in_bulk(WRITTEN, {}):
                for statement in (harness.LIMITS / "fill_payments.sql").read_text(encoding="utf-8").split(";\n"):
                    start = time.monotonic()
                    cursor.execute(statement, values)
                    _say(f"{time.monotonic() - start:6.1f} s  {' '.join(statement.split())[:70]}")
            for table in ("disbursement_paymentrequest", "disbursement_voucher", "monitoring_alarm"):
                cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")
        cursor.execute("VACUUM ANALYZE")
        cursor.execute(COUNTED)
        names = ("payees", "requests", "alarms", "days", "database_gb")
        found = dict(zip(names, cursor.fetchone(), strict=True))
    return found | {"database_gb": round(float(found["database_gb"]), 1), "seconds": round(time.monotonic() - began)}


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _sealed() -> dict[str, bytes]:
    """One account number as it stands in each table: sealing ten million is not what is measured."""
    from apps.disbursement.models import PayAccount, PaymentRow
    from imbudget.kit import crypto

    fields: dict[str, Any] = {
        "sealed": PaymentRow._meta.get_field("payee_account"),
        "account": PayAccount._meta.get_field("number"),
    }
    return {name: crypto.encrypt("6228480100000000001", field.column_name) for name, field in fields.items()}
