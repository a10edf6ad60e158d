"""Two million authorities with their documents, balances and entries, posted by SQL for the pages of the ledger.

Every region has an approval a year for its own units, each line an authority of its own; every tenth authority has money
applied for and paid. What is written is what the services would have written (`verify_ledger` finds nothing), with the
triggers, constraints and keys of this one session switched off.
"""

import time
from typing import Any

from benchmarks import harness

YEARS = 5
PLACES = """
CREATE TEMPORARY TABLE place AS
SELECT r.id AS region_id, r.league_id, y.year AS year_id, row_number() OVER (ORDER BY y.year, r.code) AS n
FROM regions_region r CROSS JOIN codes_fiscalyear y
"""
YEARS_BEFORE = """
INSERT INTO codes_fiscalyear (year, state, compiling)
SELECT y, 'closed', false FROM generate_series(%(year)s - %(years)s + 1, %(year)s - 1) y;
INSERT INTO codes_code (catalog, year_id, code, name, is_leaf, is_standard, is_verified, source, search_key)
SELECT c.catalog, y, c.code, c.name, c.is_leaf, c.is_standard, c.is_verified, c.source, c.search_key
FROM codes_code c, generate_series(%(year)s - %(years)s + 1, %(year)s - 1) y WHERE c.year_id = %(year)s;
"""
BOOKS = """
INSERT INTO ledger_books (region_id, league_id, year_id, state, opened_at)
SELECT region_id, league_id, year_id, 'open', now() - interval '1 day' FROM place
"""
DOCUMENTS = """
INSERT INTO ledger_authoritydocument (id, kind, year_id, region_id, league_id, number, title, dated, basis, upper_number, reason,
                                      total, state, return_reason, revision, created_at, posted_at)
SELECT n, 'approval', year_id, region_id, league_id, '批复〔' || year_id || '〕' || n || '号', '批复', make_date(year_id, 1, 20), '决议',
       '', '', 0, 'posted', '', 1, now(), now()
FROM place
"""
# The k-th line of a unit in a year.
LINES = """
CREATE TEMPORARY TABLE line AS
WITH codes AS (
    SELECT year_id, catalog, array_agg(id ORDER BY code) AS ids FROM codes_code GROUP BY 1, 2
)
SELECT row_number() OVER (ORDER BY p.n, u.id, k) AS id, p.n AS document_id, row_number() OVER (PARTITION BY p.n ORDER BY u.id, k) AS number,
       gen_random_uuid() AS uid, p.year_id, p.region_id, p.league_id, u.id AS unit_id,
       f.ids[1 + (u.id * 7 + k * 13) %% cardinality(f.ids)] AS function_id, d.ids[1 + (u.id + k) %% cardinality(d.ids)] AS economic,
       g.ids[1 + (u.id + k) %% cardinality(g.ids)] AS government, m.ids[1 + (u.id + k) %% cardinality(m.ids)] AS fund_id,
       (100000 + (u.id * 7919 + k * 104729) %% 9999999)::numeric(20, 2) AS amount,
       CASE WHEN (u.id + k) %% 10 = 0 THEN 10 ELSE 0 END::numeric(20, 2) AS held,
       CASE WHEN (u.id + k) %% 10 = 0 THEN 90 ELSE 0 END::numeric(20, 2) AS paid
FROM place p JOIN regions_unit u ON u.region_id = p.region_id CROSS JOIN generate_series(1, %(each)s) k
JOIN codes f ON f.year_id = p.year_id AND f.catalog = 'function' JOIN codes d ON d.year_id = p.year_id AND d.catalog = 'economic_dept'
JOIN codes g ON g.year_id = p.year_id AND g.catalog = 'economic_gov' JOIN codes m ON m.year_id = p.year_id AND m.catalog = 'fund_type'
"""
ELEMENTS = (
    "year_id, region_id, document_number, project_code, unit_id, fund_id, business_division, managing_division, income_code,"
    " function_id, government_economic_id, department_economic_id, authority_type, source, is_advance, upper_document_number,"
    " tracking_code, is_procurement, payment_method, is_payroll, direct_flag, is_research, is_debt, is_construction, kind"
)
GIVEN = (
    "l.year_id, l.region_id, '批复〔' || l.year_id || '〕' || l.document_id || '号', '', l.unit_id, l.fund_id, '', '', '', l.function_id,"
    " l.government, l.economic, '21', '1', false, '', '', false, '1', false, '09', false, false, false, 'basic'"
)
ROWS = (
    f"INSERT INTO ledger_authority (id, uid, league_id, state, document_id, summary, created_at, {ELEMENTS})"
    f" SELECT l.id, l.uid, l.league_id, 'executable', l.document_id, '', now(), {GIVEN} FROM line l ORDER BY l.id",
    f"INSERT INTO ledger_documentline (id, document_id, number, uid, target_id, target_state, amount, summary, {ELEMENTS})"
    f" SELECT l.id, l.document_id, l.number, l.uid, l.id, 'executable', l.amount, '', {GIVEN} FROM line l ORDER BY l.id",
    "INSERT INTO ledger_balance (authority_id, amount, increased, decreased, reserved, spent, available)"
    " SELECT id, amount, 0, 0, held, paid, amount - held - paid FROM line ORDER BY id",
    "UPDATE ledger_authoritydocument d SET total = s.total"
    " FROM (SELECT document_id, sum(amount) AS total FROM line GROUP BY 1) s WHERE s.document_id = d.id",
    """
    INSERT INTO ledger_posting (id, event, key, digest, year_id, region_id, league_id, document_id, total, summary, user_name, post_label)
    SELECT d.id * 3 + s.step, s.event, concat_ws(':', 'document', d.id, s.step, s.event, d.region_id, d.year_id), '', d.year_id,
           d.region_id, d.league_id, d.id, d.total, '批复', '', ''
    FROM ledger_authoritydocument d, (VALUES (1, 'revenue'), (2, 'allocated'), (3, 'issued')) AS s (step, event) WHERE d.total > 0
    """,
    """
    INSERT INTO ledger_entry (posting_id, number, account_id, authority_id, side, amount)
    SELECT l.document_id * 3 + s.step, l.number * 2 - (e.side = 1)::int, CASE e.side WHEN 1 THEN r.debit_id ELSE r.credit_id END,
           l.id, e.side, l.amount
    FROM line l, (VALUES (1, 'revenue'), (2, 'allocated'), (3, 'issued')) AS s (step, event)
    JOIN ledger_postingrule r ON r.event = s.event, (VALUES (1), (-1)) AS e (side)
    ORDER BY l.document_id, s.step, l.number, e.side DESC
    """,
    # A payment: applied for with what it still holds, and paid.
    """
    INSERT INTO ledger_posting (id, event, key, digest, year_id, region_id, league_id, unit_id, total, summary, user_name, post_label)
    SELECT 10000000 + l.id * 2 + s.step, s.event, 'pay:' || l.id || CASE s.step WHEN 1 THEN ':paid' ELSE '' END, '', l.year_id,
           l.region_id, l.league_id, l.unit_id, CASE s.step WHEN 0 THEN l.held + l.paid ELSE l.paid END, '', '', ''
    FROM line l, (VALUES (0, 'reserved'), (1, 'paid')) AS s (step, event) WHERE l.held > 0
    """,
    """
    INSERT INTO ledger_entry (posting_id, number, account_id, authority_id, side, amount)
    SELECT 10000000 + l.id * 2 + s.step, CASE e.side WHEN 1 THEN 1 ELSE 2 END,
           CASE e.side WHEN 1 THEN r.debit_id ELSE r.credit_id END, l.id, e.side, CASE s.step WHEN 0 THEN l.held + l.paid ELSE l.paid END
    FROM line l, (VALUES (0, 'reserved'), (1, 'paid')) AS s (step, event)
    JOIN ledger_postingrule r ON r.event = s.event, (VALUES (1), (-1)) AS e (side)
    WHERE l.held > 0
    """,
    "INSERT INTO ledger_reservation (key, authority_id, posting_id, amount, spent, released, refunded)"
    " SELECT 'pay:' || id, id, 10000000 + id * 2, held + paid, paid, 0, 0 FROM line WHERE held > 0",
)
COUNTERS = ("authority", "documentline", "authoritydocument", "posting")


def fill_authorities(authorities: int, units: int) -> dict[str, Any]:
    """The real regions, `units` units spread over them and about so many authorities in five years; what was written."""
    from django.core.management import call_command
    from django.db import connection, transaction

    from apps.ledger.services import rebuild_totals

    began = time.monotonic()
    harness.fill(units * 60 if units < 116 else 1)
    call_command("load_ledger_chart", verbosity=0)
    with connection.cursor() as cursor:
        if units > 116:
            cursor.execute(MORE_UNITS, {"units": units})
        values = {"year": harness.YEAR, "years": YEARS, "each": max(1, authorities // YEARS // units)}
        with transaction.atomic():
            cursor.execute("SET LOCAL session_replication_role = replica")
            for statement in (YEARS_BEFORE, PLACES, BOOKS, DOCUMENTS, LINES):
                cursor.execute(statement, values)
            cursor.execute("ANALYZE line")
            for statement in ROWS:
                cursor.execute(statement)
            for table in COUNTERS:
                cursor.execute(
                    f"SELECT setval(pg_get_serial_sequence('ledger_{table}', 'id'), (SELECT max(id) FROM ledger_{table}))"
                )
            cursor.execute("DROP TABLE line, place")
        rebuild_totals()
        cursor.execute("VACUUM ANALYZE")
        cursor.execute(
            "SELECT (SELECT count(*) FROM ledger_authority), (SELECT count(*) FROM ledger_entry),"
            " pg_database_size(current_database()) / 1e9"
        )
        made, entries, size = cursor.fetchone()
    seconds = round(time.monotonic() - began)
    return {"authorities": made, "entries": entries, "database_gb": round(float(size), 1), "seconds": seconds}


# Unevenly over the regions, as the others.
MORE_UNITS = """
INSERT INTO regions_unit (region_id, league_id, department_id, code, credit_code, name, nature, phone, search_key)
SELECT r.id, r.league_id, d.id, '9' || lpad(n::text, 5, '0'), 'M' || lpad(n::text, 17, '0'), 'unit ' || n,
       'administrative', '', ''
FROM generate_series(117, %(units)s) n
JOIN (SELECT id, league_id, row_number() OVER (ORDER BY code) - 1 AS place, count(*) OVER () AS size
      FROM regions_region) r ON r.place = (n::bigint * n) %% r.size
JOIN regions_department d ON d.region_id = r.id
"""
