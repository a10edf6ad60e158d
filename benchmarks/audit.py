"""The audit desk over long logs: `python -m benchmarks.audit [rows]` fills both logs of the database and times the desk.

Prints one JSON line for each search: milliseconds (best of five) and how many rows of the logs the plan has read.
Rows are written past the triggers, so it belongs into a database of its own; needs the rights of a superuser.
"""

import json
import os
import sys
import time

import django

FILL = """
SET session_replication_role = replica;
INSERT INTO audit_record (recorded_at, kind, succeeded, actor_id, actor_name, post_label, address, region_code,
    subject_type, subject_id, subject_label, reason, facts, trace)
SELECT now() - (n * interval '1 day' * 180 / {rows}), 'audit.' || (ARRAY['person_seen', 'refused', 'not_found'])[n % 3 + 1], n % 3 = 0,
    (n % 5000)::text, '人' || n % 5000, '审核岗', '10.1.2.3', '15' || lpad((n % 116)::text, 4, '0'), 'disbursement.Payee',
    (n % 300000)::text, '收款人' || n % 300000, '', '{{}}', md5(n::text)
FROM generate_series(1, {rows}) n;
INSERT INTO evidence_entry (event, subject_type, subject_id, subject_label, actor_id, actor_name, post_label, region_code,
    address, facts, recorded_at, leaf, version)
SELECT 'disbursement.' || (ARRAY['request_saved', 'answered', 'voucher_made'])[n % 3 + 1], 'disbursement.PaymentRequest', (n % 700000)::text,
    '付款' || n % 700000, (n % 5000)::text, '人' || n % 5000, '经办', '15' || lpad((n % 116)::text, 4, '0'), '10.1.2.3', '{{}}',
    now() - (n * interval '1 day' * 180 / {rows}), '\\x00', 2
FROM generate_series(1, {rows}) n;
SET session_replication_role = origin;
ANALYZE audit_record; ANALYZE evidence_entry;
"""
SEARCHES = {
    "newest of everything": "recorded_at >= now() - interval '31 days'",
    "newest of a region": "recorded_at >= now() - interval '31 days' AND region_code = '150042'",
    "newest of a league": "recorded_at >= now() - interval '31 days' AND region_code LIKE '1500%'",
    "a person, half a year": "recorded_at >= now() - interval '180 days' AND actor_id IN ('4242')",
    "a kind that is rare": "recorded_at >= now() - interval '180 days' AND kind = 'audit.limited'",
    "an object": "subject_type = 'disbursement.Payee' AND subject_id = '77'",
    "a page in the middle": "recorded_at >= now() - interval '180 days' AND recorded_at <= now() - interval '90 days'",
}
PAGE = "SELECT id FROM audit_trail WHERE {where} ORDER BY recorded_at DESC, id DESC LIMIT 51"
COUNT = "SELECT count(*) FROM (SELECT 1 FROM audit_trail WHERE {where} LIMIT 10001) counted"


def main(rows: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "imbudget.settings")
    django.setup()
    from django.db import connection

    with connection.cursor() as cursor:
        began = time.monotonic()
        cursor.execute(FILL.format(rows=rows))
        print(json.dumps({"filled": rows * 2, "seconds": round(time.monotonic() - began)}))
        for name, where in SEARCHES.items():
            found = {"search": name}
            for what, statement in (("page_ms", PAGE), ("count_ms", COUNT)):
                found[what] = min(timed(cursor, statement.format(where=where)) for _ in range(5))
            print(json.dumps(found, ensure_ascii=False))


def timed(cursor, statement: str) -> float:
    began = time.monotonic()
    cursor.execute(statement)
    cursor.fetchall()
    return round((time.monotonic() - began) * 1000, 1)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5_000_000)
