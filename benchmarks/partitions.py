"""Whether monthly partitions would help: a bare copy of the rows of payments as they lie, and one in parts of a month.

Called by `benchmarks.paymentpages --partitions ROWS` over its filled tables. Both copies have the same rows and indexes; the
month is that of the request, which every unique key of a partitioned table must hold. Each claim compares the copy in parts
(product) with the whole one (limit) by the server's processor time: what is below 1 speaks for parts.
"""

from collections.abc import Callable
from typing import Any

from benchmarks import harness
from benchmarks.librarypages import measured

RUNS = 9
COLUMNS = """
CREATE TABLE {name} (
    id bigint NOT NULL, month date NOT NULL, request_id bigint NOT NULL, number integer NOT NULL, reference varchar(35) NOT NULL,
    payee_name varchar(140) NOT NULL, payee_account bytea NOT NULL, payee_index bytea NOT NULL, payee_bank varchar(140) NOT NULL,
    amount numeric(20, 2) NOT NULL, outcome varchar(7) NOT NULL, bank_reference varchar(42) NOT NULL, paid_on date
) {parts};
"""
FILL = """
INSERT INTO {name}
SELECT w.id, date_trunc('month', q.created_at)::date, w.request_id, w.number, w.reference, w.payee_name, w.payee_account, w.payee_index,
       w.payee_bank, w.amount, w.outcome, w.bank_reference, w.paid_on
FROM disbursement_paymentrow w JOIN disbursement_paymentrequest q ON q.id = w.request_id WHERE w.id <= {rows} ORDER BY w.id;
CREATE UNIQUE INDEX ON {name} (id{month});
CREATE UNIQUE INDEX ON {name} (request_id, number{month});
CREATE UNIQUE INDEX ON {name} (reference{month});
CREATE INDEX ON {name} (payee_index);
CREATE INDEX ON {name} (paid_on, request_id) WHERE outcome = 'paid';
ANALYZE {name};
"""
MONTHS = "SELECT DISTINCT date_trunc('month', created_at)::date FROM disbursement_paymentrequest ORDER BY 1"
# The hot questions; {known} stands for the month where whoever asks can know it.
QUESTIONS = {
    "payees of a request": "SELECT * FROM {name} WHERE request_id = %(request)s{known} ORDER BY number LIMIT 201",
    "one payee": "SELECT * FROM {name} WHERE id = %(id)s",
    "by the bank's reference": "SELECT * FROM {name} WHERE reference = %(reference)s",
    "by account in a year": (
        "SELECT count(*), sum(w.amount) FROM {name} w JOIN disbursement_paymentrequest q ON q.id = w.request_id"
        " WHERE w.payee_index = %(index)s AND q.year_id = %(year)s AND w.outcome = 'paid'"
    ),
    "paid on a day from an account": (
        "SELECT w.id, w.amount FROM {name} w JOIN disbursement_paymentrequest q ON q.id = w.request_id"
        " WHERE w.paid_on = %(day)s{known} AND w.outcome = 'paid' AND q.account_id = %(account)s"
    ),
}
# Ten thousand new rows of one request.
WRITTEN = """
INSERT INTO {name}
SELECT %(next)s + n, %(month)s, 2000000000, n, 'NEW' || n, payee_name, payee_account, decode(md5(n::text), 'hex'), payee_bank, amount,
       'waiting', '', NULL
FROM {name}, generate_series(1, 10000) n WHERE id = %(id)s
"""


def claims(rows: int) -> None:
    """All claims over copies of so many rows; the copies are gone afterwards."""
    from django.db import connection, transaction

    with connection.cursor() as cursor, transaction.atomic():
        cursor.execute(MONTHS)
        months = [month for (month,) in cursor.fetchall()]
        for name, parts, month in (("rows_whole", "", ""), ("rows_parts", "PARTITION BY RANGE (month)", ", month")):
            cursor.execute(COLUMNS.format(name=name, parts=parts))
            for number, first in enumerate(months if parts else ()):
                bounds = f"FROM ('{first}') TO ('{first}'::date + interval '1 month')"
                cursor.execute(f"CREATE TABLE rows_part{number} PARTITION OF {name} FOR VALUES {bounds}")
            cursor.execute(FILL.format(name=name, rows=rows, month=month))
        cursor.execute("SELECT count(*) FROM rows_whole")
        facts = {"rows": cursor.fetchone()[0], "parts": len(months)}
        values = _asked(cursor)
        for question, text in QUESTIONS.items():
            _compare(question, text.replace("{known}", ""), values, **facts)
            if "{known}" in text:
                _compare(f"{question}, its month known", text, values, **facts)
        _compare("10,000 rows written", WRITTEN, values, undone=True, **facts)
        transaction.set_rollback(True)


def _asked(cursor: Any) -> dict[str, Any]:
    """A paid payee in the middle of the copy, and what is asked about it."""
    cursor.execute(
        "SELECT w.id, w.month, w.request_id, w.reference, w.payee_index, w.paid_on, q.account_id, q.year_id"
        " FROM rows_whole w JOIN disbursement_paymentrequest q ON q.id = w.request_id"
        " WHERE w.outcome = 'paid' AND w.id >= (SELECT max(id) / 2 FROM rows_whole) ORDER BY w.id LIMIT 1"
    )
    names = ("id", "month", "request", "reference", "index", "day", "account", "year")
    return dict(zip(names, cursor.fetchone(), strict=True)) | {"next": 2_000_000_000}


def _compare(question: str, text: str, values: dict[str, Any], undone: bool = False, **facts: Any) -> None:
    """The copy in parts and the whole one, in turns."""
    sides: dict[str, list[Any]] = {"rows_parts": [], "rows_whole": []}
    for _run in range(RUNS):
        for name, runs in sides.items():
            known = " AND month = %(month)s" if name == "rows_parts" else ""
            runs.append(measured(_statement(text.replace("{known}", known).replace("{name}", name), values, undone)))
    parts, whole = ([run.work for run in runs] for runs in sides.values())
    clock = [min(sum(run.seconds) for run in runs) for runs in sides.values()]
    harness.report(
        "partitions", *clock, question=question, server_ms=round(min(parts) * 1000, 2),
        whole_server_ms=round(min(whole) * 1000, 2), server_ratio=round(min(parts) / min(whole), 2), **facts,
    )  # fmt: skip


def _statement(text: str, values: dict[str, Any], undone: bool) -> Callable[[], Any]:
    from django.db import connection

    def run() -> None:
        with connection.cursor() as cursor:
            if undone:
                cursor.execute("SAVEPOINT written")
            cursor.execute(text, values)
            if undone:
                cursor.execute("ROLLBACK TO SAVEPOINT written")
            else:
                cursor.fetchall()

    return run
