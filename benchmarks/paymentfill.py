"""Ten million payees in two and a half million requests, with their vouchers and what banks and treasuries said of each day.

Every 3,334th request is a subsidy of ten thousand payees, the others have one. Rows are written with the triggers, constraints
and keys of this one session switched off; the authorities, units and regions below them are those of `authorityfill`.
"""

import time
from typing import Any

from benchmarks import harness

MANY = 10_000  # payees of a subsidy
BEGIN = """
INSERT INTO disbursement_payaccount (region_id, league_id, kind, name, number, number_index, bank_name, bank_code, is_open)
SELECT r.id, r.league_id, 'finance', r.name || '财政局零余额账户', %(sealed)s, decode(md5('account' || r.id), 'hex'), '农业银行', '103191052345', true
FROM regions_region r;
INSERT INTO disbursement_treasurylink (region_id, name, dialect, place, holder, stamp_name, stamp_key, is_open)
SELECT r.id, '国库', 'mof', 'sandbox', r.name, '', '', true FROM regions_region r
"""
REQUESTS = """
CREATE TEMPORARY TABLE asked AS
WITH authorities AS (
    SELECT id, year_id, region_id, league_id, unit_id, row_number() OVER (ORDER BY id) - 1 AS place, count(*) OVER () AS size
    FROM ledger_authority WHERE state = 'executable'
)
SELECT n AS id, a.id AS authority_id, a.year_id, a.region_id, a.league_id, a.unit_id, k.id AS account_id,
       CASE WHEN n %% %(every)s = 0 THEN %(many)s ELSE 1 END AS payees, (n::bigint * 7919 %% 99991)::numeric(20, 2) + 1 AS each,
       CASE WHEN n %% 100 < 94 THEN 'paid' WHEN n %% 100 < 96 THEN 'failed' WHEN n %% 100 < 98 THEN 'submitted' ELSE 'approved' END AS state,
       make_timestamptz(a.year_id::int, 1 + (n %% 12)::int, 1 + (n %% 28)::int, 9, 0, 0) AS at
FROM generate_series(1, %(requests)s) n
JOIN authorities a ON a.place = (n::bigint * 48271) %% a.size
JOIN disbursement_payaccount k ON k.region_id = a.region_id
"""
ROWS = (
    """
    INSERT INTO disbursement_paymentrequest (id, uid, number, year_id, region_id, league_id, unit_id, authority_id, account_id, business,
        settlement, purpose, total, paid, watched, state, return_reason, hold, revision, created_at, submitted_at)
    SELECT id, gen_random_uuid(), 'ZF' || year_id || lpad(id::text, 8, '0'), year_id, region_id, league_id, unit_id, authority_id,
           account_id, CASE payees WHEN 1 THEN 'normal' ELSE 'subsidy' END, '1', '办公用品采购第' || id || '批', each * payees,
           CASE state WHEN 'paid' THEN each * payees ELSE 0 END, '{}', state, '', 'payment:' || id, 1, at, at
    FROM asked ORDER BY id
    """,
    """
    INSERT INTO disbursement_paymentrow (request_id, number, reference, payee_name, payee_account, payee_index, payee_bank,
        payee_bank_code, amount, slip, back, outcome, reason_code, reason, bank_reference, paid_on)
    SELECT a.id, n, 'ZF' || a.year_id || lpad(a.id::text, 8, '0') || lpad(n::text, 6, '0'), '巴特尔' || (a.id + n) %% 400000, %(sealed)s,
           decode(md5(((a.id + n) %% 400000)::text), 'hex'), '农业银行', '', a.each, '', 0,
           CASE a.state WHEN 'paid' THEN 'paid' WHEN 'failed' THEN 'failed' ELSE 'waiting' END, '', '',
           CASE a.state WHEN 'paid' THEN 'B' || a.id || '-' || n ELSE '' END, CASE a.state WHEN 'paid' THEN a.at::date END
    FROM asked a CROSS JOIN LATERAL generate_series(1, a.payees) n ORDER BY a.id, n
    """,
    """
    INSERT INTO disbursement_voucher (id, request_id, region_id, league_id, unit_id, division, year, type, number, dated, total, capital,
        body, digest, state, state_word, made_at, answered_at)
    SELECT a.id, a.id, a.region_id, a.league_id, a.unit_id, '150000000', a.year_id, '5214', to_char(a.at, 'YYYYMMDD') || lpad(a.id::text, 10, '0'),
           a.at::date, a.each * a.payees, '', decode(repeat('00', 300), 'hex'), md5(a.id::text) || md5(a.id::text),
           CASE a.state WHEN 'approved' THEN 'sent' ELSE 'answered' END, '', a.at, a.at
    FROM asked a WHERE a.state <> 'submitted' ORDER BY a.id
    """,
)


def fill_payments(payees: int, authorities: int, units: int) -> dict[str, Any]:
    """About so many payees over the authorities of `authorityfill`; what was written."""
    from django.db import connection, transaction

    from apps.disbursement.models import PaymentRow
    from benchmarks.authorityfill import fill_authorities
    from imbudget.kit import crypto

    began = time.monotonic()
    fill_authorities(authorities, units)
    requests = payees // 4
    sealed = crypto.encrypt("6228480100000000001", PaymentRow._meta.get_field("payee_account").column_name)
    values = {"requests": requests, "many": MANY, "every": 4 * MANY // 12, "sealed": sealed}
    with connection.cursor() as cursor:
        with transaction.atomic():
            cursor.execute("SET LOCAL session_replication_role = replica")
            for statement in (*BEGIN.split(";"), REQUESTS):
                cursor.execute(statement, values)
            cursor.execute("ANALYZE asked")
            for statement in ROWS:
                cursor.execute(statement, values)
            for table in ("paymentrequest", "voucher"):
                cursor.execute(f"SELECT setval(pg_get_serial_sequence('disbursement_{table}', 'id'), {requests})")
            cursor.execute("DROP TABLE asked")
        cursor.execute("VACUUM ANALYZE")
        cursor.execute(
            "SELECT (SELECT count(*) FROM disbursement_paymentrow), (SELECT count(*) FROM disbursement_paymentrequest),"
            " pg_database_size(current_database()) / 1e9"
        )
        made, asked, size = cursor.fetchone()
    seconds = round(time.monotonic() - began)
    return {
        "payees": made,
        "requests": asked,
        "database_gb": round(float(size), 1),
        "seconds": seconds,
        "year": harness.YEAR,
    }
