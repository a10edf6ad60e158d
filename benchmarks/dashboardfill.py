"""What homes and the measures of the roll-out read besides figures: cases, tasks, sheets, timetables, plans of use, the record.

How many cases there can be: an approval case is one document that was handed in. A million projects leave one application
each and, where they are evaluated, one self-evaluation a year; ten million payees stand in about 2.5 million requests
(3.95 a request, as the filler of payments makes them); 4.5 million lines stand in 150,000 sheets (30 lines a sheet: 10,000
units, three rounds a year, five years). Documents of the ledger, plans, rosters and reviews are thousands. That comes to
4.7 million; 5 million are filled. Ten million would be two decades of all of it, and the run of every hour reads the last
95 days of them, however many stand before (BRIN over the days of cases).
"""

from typing import Any

from benchmarks import harness

STEPS, NEWEST = 5, 1_000_000
# A third of all tasks would be the rows of people who are not measured: one in five cases has one, to give the index its depth.
TASK_SHARE = 5
OPEN_TASKS, DONE_TASKS = 300, 20_000  # of the person whose homes are measured
UNITS = """
CREATE TEMPORARY TABLE IF NOT EXISTS unit AS
SELECT u.id, u.region_id, r.league_id, u.department_id, row_number() OVER (ORDER BY u.id) - 1 AS place
FROM regions_unit u JOIN regions_region r ON r.id = u.region_id
"""
# Three years up to now; one in nine is not over, one in seven came back once.
BEGUN = "now() - (n %% 1095) * interval '1 day' - (n %% 28800) * interval '1 second'"
OF_A_CASE = {
    "subject": "(ARRAY['projects.application', 'disbursement.request', 'disbursement.request', 'performance.evaluation',"
    " 'budget.sheet'])[1 + n %% 5]",
    "document_id": "n",
    "region_id": "u.region_id",
    "league_id": "u.league_id",
    "unit_id": "u.id",
    "state": "CASE WHEN n %% 9 > 0 THEN 'approved' WHEN n %% 2 = 0 THEN 'running' ELSE 'returned' END",
    "circulation": "1 + (n %% 7 = 0)::int",
    "last_seq": "4",
    "started_at": BEGUN,
    "ended_at": f"CASE WHEN n %% 9 > 0 THEN least(now(), {BEGUN} + (n %% 17) * interval '11 hours') END",
}
OF_A_SHEET = {
    "unit_id": "u.id",
    "region_id": "u.region_id",
    "league_id": "u.league_id",
    "year_id": "%(year)s - n / (SELECT count(*) FROM unit)",
    "round": "'first_up'",
    "state": "(ARRAY['draft', 'submitted', 'accepted', 'accepted'])[1 + n %% 4]",
    "submitted_at": "now() - (n %% 60) * interval '1 day'",
}
OF_A_TASK = {
    "case_id": "n * %(share)s",
    "key": "'1.unit.' || n",
    "user_id": "CASE WHEN n <= %(open)s + %(done)s THEN %(user)s ELSE %(user)s + 1 + n %% 20000 END",
    "state": "CASE WHEN n <= %(open)s THEN 'open' WHEN n %% 50 = 0 AND n > %(open)s + %(done)s THEN 'open' ELSE 'done' END",
    "due": "current_date + (n %% 20)::int - 8",
}
PLANS = """
INSERT INTO budget_roundplan (region_id, league_id, year_id, has_first_up, has_first_down, has_second_up, has_second_down,
    first_up_due, second_up_due, source)
SELECT r.id, r.league_id, %(year)s, true, true, true, true, current_date - 40, current_date - 10, '' FROM regions_region r
ON CONFLICT DO NOTHING
"""
USE_PLANS = """
INSERT INTO codes_fiscalyear (year, state, compiling) SELECT %(now)s, 'closed', false
WHERE NOT EXISTS (SELECT FROM codes_fiscalyear WHERE year = %(now)s);
INSERT INTO disbursement_useplan (number, year_id, region_id, league_id, unit_id, reason, total, state, return_reason, revision, created_at)
SELECT 'J' || u.place, %(now)s, u.region_id, u.league_id, u.id, '', 1200, 'approved', '', 1, now() FROM unit u;
INSERT INTO disbursement_planline (plan_id, number, fund_id, function_id, month, amount)
SELECT p.id, m, (SELECT min(id) FROM codes_code WHERE catalog = 'fund_type'), (SELECT min(id) FROM codes_code WHERE catalog = 'function'),
    m, 100 FROM disbursement_useplan p CROSS JOIN generate_series(1, 12) m;
"""
TABLES = ["lowcode_case", "lowcode_task", "budget_budgetsheet", "disbursement_useplan", "evidence_entry"]


def fill_work(cases: int) -> None:
    """So many cases and what belongs to them, with the triggers of this session switched off."""
    from django.db import connection, transaction
    from django.utils import timezone

    from apps.budget.demo.bulk import written_in_bulk
    from benchmarks.paymentviews import user

    values = {
        "year": harness.YEAR,
        "now": timezone.localdate().year,
        "user": user(),
        "share": TASK_SHARE,
        "open": OPEN_TASKS,
        "done": DONE_TASKS,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("SET LOCAL work_mem = '256MB'")
        cursor.execute(UNITS)
        cursor.execute("SELECT count(*) FROM unit")
        units = cursor.fetchone()[0]
        samples = _samples()
        with written_in_bulk(["lowcode_case"], {}):
            multiply(cursor, samples["case"], cases, OF_A_CASE, values, own_keys=True)
        # Most tasks are those of people who are not there: nobody looks.
        multiply(cursor, samples["task"], max(1000, cases // TASK_SHARE), OF_A_TASK, values)
        multiply(cursor, samples["sheet"], units * STEPS, OF_A_SHEET, values)
        multiply(cursor, samples["entry"], min(NEWEST, cases), {"recorded_at": BEGUN}, values)
        for instance in samples.values():
            cursor.execute(f"DELETE FROM {instance._meta.db_table} WHERE id = %s", [-instance.pk])
        cursor.execute(PLANS, values)
        cursor.execute(USE_PLANS, values)
    with connection.cursor() as cursor:
        cursor.execute(
            "VACUUM ANALYZE lowcode_case, lowcode_task, budget_budgetsheet, evidence_entry, disbursement_planline"
        )


def _samples() -> dict[str, Any]:
    """One row of each kind, with a key that no copy takes."""
    from django.db import connection

    from apps.budget.models import BudgetSheet
    from apps.evidence.models import Entry
    from apps.evidence.services import append
    from apps.lowcode.models import Case, FlowDefinition, FlowVersion, Task
    from apps.regions.models import Unit
    from benchmarks.paymentviews import officer, user

    unit = Unit.objects.select_related("region").order_by("pk")[0]
    place = {"region": unit.region, "league": unit.region.league, "unit": unit}
    flow = FlowDefinition.objects.create(
        region=unit.region, subject="disbursement.request", code="b", name_zh_hans="审批流程"
    )
    version = FlowVersion.objects.create(definition=flow, number=1, body={"format": 1, "steps": []})
    case = Case.objects.create(
        subject="benchmark",
        document_id=1,
        label="草原围栏维修",
        url="/",
        version=version,
        applicant_id=user(),
        amount=1,
        **place,
    )
    append("budget.submitted", unit, officer(None))
    found: dict[str, Any] = {
        "case": case,
        "task": Task.objects.create(case=case, key="1.unit.0", user_id=user(), step="unit", step_name={"zh": "审核"}),
        "sheet": BudgetSheet.objects.create(year_id=harness.YEAR, round="second_down", **place),
        "entry": Entry.objects.order_by("-pk")[0],
    }
    with connection.cursor() as cursor:
        for instance in found.values():
            cursor.execute(f"UPDATE {instance._meta.db_table} SET id = -id WHERE id = %s", [instance.pk])
    return found


def multiply(
    cursor: Any, sample: Any, count: int, differs: dict[str, str], values: dict[str, Any], own_keys: bool = False
) -> None:
    """Copies of a row (its key is below nothing now), each of the n-th unit in turn; `differs` says by SQL in what they differ."""
    fields = sample._meta.concrete_fields
    names = [field.column for field in fields if not field.primary_key]
    told = {name: differs.get(name, f's."{name}"') for name in names}
    if own_keys:
        told["id"] = "n"
    listed = ", ".join(f'"{name}"' for name in told)
    table = sample._meta.db_table
    cursor.execute(
        f"INSERT INTO {table} ({listed}) SELECT {', '.join(told.values())}"
        f" FROM {table} s CROSS JOIN generate_series(1, %(count)s) n"
        " JOIN unit u ON u.place = n %% (SELECT count(*) FROM unit) WHERE s.id = %(sample)s ON CONFLICT DO NOTHING",
        values | {"count": count, "sample": -sample.pk},
    )
