"""Watching payments: what all shipped rules add to a hand-in, and what timed rules cost over a million payments.

    python -m benchmarks.monitoring [--payments 1000000] [--hand-ins 60]

On the small demonstration. `monitoring.act` is the whole watch of a payment (SQL and Python) against the SQL alone of the
hand-in that it is part of, measured in the same transaction; the bound is 2. `monitoring.queries` counts the queries with
five rules and with all. `monitoring.timed` runs each timed rule from its beginning over that many payments; its limit is one
statement that reads all those payments once and sums them by unit.
"""

import argparse
import io
import os
import random
import statistics
import time
from decimal import Decimal
from typing import Any

from benchmarks import harness

YEAR = 2026
# Rows as the service writes them; what triggers copy down is written here, so that a million takes seconds.
REQUESTS = """
INSERT INTO disbursement_paymentrequest (uid, number, year_id, region_id, league_id, unit_id, authority_id, account_id, business,
    settlement, purpose, total, paid, watched, state, return_reason, hold, revision, created_at, submitted_at)
SELECT gen_random_uuid(), 'B' || n, a.year_id, a.region_id, g.league_id, a.unit_id, a.id, %(account)s, 'normal', '1',
       '办公经费', (10 ^ (1 + 4 * random()))::numeric(20, 2), 0, '{}', 'paid', '', '', 1, now(),
       make_date(%(year)s, 1, 1) + (random() * 320) * interval '1 day'
FROM (SELECT n, n %% (SELECT count(*) FROM ledger_authority WHERE year_id = %(year)s AND state = 'executable') AS place
      FROM generate_series(1, %(payments)s) n) n
JOIN (SELECT *, row_number() OVER (ORDER BY id) - 1 AS place
      FROM ledger_authority WHERE year_id = %(year)s AND state = 'executable') a USING (place)
JOIN regions_region g ON g.id = a.region_id
"""
ROWS = """
INSERT INTO disbursement_paymentrow (request_id, number, reference, payee_name, payee_account, payee_index, payee_bank,
    payee_bank_code, amount, slip, back, outcome, reason_code, reason, bank_reference)
SELECT id, 1, number || '000001', '收款单位' || id %% 5000, ''::bytea, decode(md5((id %% 5000)::text), 'hex'), '', '', total,
       '', 0, 'paid', '', '', ''
FROM disbursement_paymentrequest WHERE number LIKE 'B%%'
"""
READ = "SELECT unit_id, sum(total), count(*) FROM disbursement_paymentrequest WHERE year_id = %s GROUP BY unit_id"


def main() -> None:
    """Load, and print the claims."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--payments", type=int, default=1_000_000)
    parser.add_argument("--hand-ins", type=int, default=60)
    asked = parser.parse_args()
    os.environ["DEMO"] = "1"
    with harness.server():
        from django.core.management import call_command

        call_command("load_demo", stdout=io.StringIO())
        measure(asked.payments, asked.hand_ins)


def measure(payments: int, hand_ins: int) -> None:
    """All claims on the database at hand, which holds the demonstration and the shipped rules."""
    clerk, authority, account = ground()
    queries(clerk, authority, account)
    act("monitoring.act", clerk, authority, account, hand_ins)
    fill(account, payments)
    act("monitoring.act.filled", clerk, authority, account, hand_ins, payments=payments)
    timed(payments)


def ground() -> tuple[Any, Any, Any]:
    """A clerk, the line of the unit with most left, and the account that pays."""
    from apps.budget.demo.acting import holder
    from apps.ledger.models import Authority
    from apps.monitoring.demo import _account, _unit
    from apps.regions.models import Region

    region = Region.objects.get(code="150102")
    unit = _unit(region)
    lines = Authority.objects.filter(unit=unit, year=YEAR, state="executable").select_related("unit", "balance")
    return holder("unit_clerk", unit=unit), lines.order_by("-balance__available")[0], _account(region)


def hand_in(clerk: Any, authority: Any, account: Any, number: int) -> tuple[float, float, int]:
    """Seconds of SQL of one hand-in without its watch, seconds of the watch, and the queries of the watch; rolled back."""
    from django.db import connection, transaction

    from apps.disbursement import services as disbursement
    from apps.disbursement.services import RowInput
    from apps.monitoring import services

    spent = [0.0, 0]

    def clock(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            spent[0] += time.perf_counter() - began
            spent[1] += 1

    payee = RowInput(f"收款单位{number % 50}有限公司", f"62284801{number % 50:011}", Decimal(f"{100 + number}.50"))
    head = {"account": account, "purpose": f"第{number}批办公用纸"}
    with transaction.atomic():
        request = disbursement.draw_up(clerk, authority, head, [payee])
        with connection.execute_wrapper(clock):
            disbursement.submit_request(clerk, request)
            own, spent[:] = spent[0], [0.0, 0]
            began = time.perf_counter()
            services.watch(clerk, request)
            watch = time.perf_counter() - began
        transaction.set_rollback(True)
    return own, watch, int(spent[1])


def act(claim: str, clerk: Any, authority: Any, account: Any, runs: int, **facts: Any) -> None:
    """Medians of some hand-ins."""
    from apps.monitoring.models import Phase, RuleVersion

    for number in range(5):
        hand_in(clerk, authority, account, number)
    taken = [hand_in(clerk, authority, account, number) for number in range(runs)]
    own, watch = (statistics.median(one[place] for one in taken) for place in (0, 1))
    rules = RuleVersion.objects.filter(state="in_force", phase=Phase.ACT, condition__isnull=False).count()
    harness.report(claim, watch, own, bound=2, rules=rules, queries=max(one[2] for one in taken), **facts)
    assert watch <= 2 * own, (watch, own)


def queries(clerk: Any, authority: Any, account: Any) -> None:
    """As many queries with five rules that ask for everything as with all of them."""
    from django.db import transaction

    from apps.monitoring.facts import GROUPS
    from apps.monitoring.models import RuleVersion

    def asks(version: Any) -> set[str]:
        from apps.monitoring.judging import asked_of

        return {GROUPS[key] for key in asked_of([version.condition]) if key in GROUPS}

    counts = {}
    acting = list(RuleVersion.objects.filter(state="in_force", phase="act", condition__isnull=False))
    few: list[Any] = []
    for version in sorted(acting, key=lambda one: -len(asks(one))):
        if asks(version) - {group for one in few for group in asks(one)}:
            few.append(version)
    few += [one for one in acting if one not in few][: max(0, 5 - len(few))]
    with transaction.atomic():
        RuleVersion.objects.filter(state="in_force").exclude(pk__in=[one.pk for one in few]).update(state="ended")
        counts[len(few)] = hand_in(clerk, authority, account, 1)[2]
        transaction.set_rollback(True)
    counts[len(acting)] = hand_in(clerk, authority, account, 1)[2]
    few_count, all_count = counts.values()
    harness.report("monitoring.queries", all_count / 1000, few_count / 1000, bound=1, queries_by_rules=counts)
    assert few_count == all_count, counts


def fill(account: Any, payments: int) -> None:
    """Payments spread over all executable lines."""
    from django.db import connection, transaction

    random.seed(7)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT setseed(0.7)")
        cursor.execute("SET LOCAL session_replication_role = replica")
        values = {"account": account.pk, "year": YEAR, "payments": payments}
        cursor.execute(REQUESTS, values)
        cursor.execute(ROWS, values)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE disbursement_paymentrequest")
        cursor.execute("ANALYZE disbursement_paymentrow")


def timed(payments: int) -> None:
    """Each timed rule from its beginning, on a day on which all of them are due; rolled back."""
    from datetime import date

    from django.db import connection, transaction

    from apps.monitoring.measures import MEASURES
    from apps.monitoring.models import Alarm, RuleVersion
    from apps.monitoring.services.timed import EVER, raise_alarms

    def read() -> None:
        with connection.cursor() as cursor:
            cursor.execute(READ, [YEAR])
            cursor.fetchall()

    read()
    bound = statistics.median(harness.timed(read) for _run in range(5))
    day = date(YEAR, 12, 20)
    rules = RuleVersion.objects.filter(state="in_force", phase="timed").exclude(measure="")
    for version in rules.select_related("rule", "region").order_by("rule__code"):
        measure = MEASURES[version.measure]
        with transaction.atomic():
            seconds = harness.timed(lambda: raise_alarms(version, measure, day, measure.period(day) or "x", EVER))  # noqa: B023
            found = Alarm.objects.filter(version=version, raised_at__date__gte=date(2000, 1, 1)).count()
            transaction.set_rollback(True)
        harness.report(
            "monitoring.timed", seconds, bound, rule=version.rule.code, measure=version.measure, alarms=found,
            payments=payments,
        )  # fmt: skip


if __name__ == "__main__":
    main()
