"""Documents of 60,000 lines from the draft to the last signature, against the bare INSERT of the rows that they leave.

    python -m benchmarks.longdocument [--lines 60000] [--durable]

`approval` issues a compiled budget (filled from the accepted lines, checked, posted, kept as round 二下), `saved` is the same
number of lines given one by one as a file brings them, out of one pool, `carried` is the carry-over of all that is left of
both. Each line tells the steps; `hand_in` is the check, `post` the last signature of the flow with all that follows it. The
limit puts the same rows (lines, authorities, balances, postings, entries; of the approval the budget lines as well) into the
same tables from tables without an index, in the same run: the same indexes, constraints, keys and triggers. `lines_per_second` and
`ratio` are by processor time of this process and the server's together, which no other work on the machine stretches;
`seconds` is the clock.
"""

import argparse
import json
import time
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from benchmarks import harness
from benchmarks.draw import measured
from benchmarks.ledgerfill import system, verified
from benchmarks.letters import UNITS

PER_UNIT = 60
SHEETS = """
INSERT INTO budget_budgetsheet (unit_id, region_id, year_id, round, state, total, note, return_reason, version, updated_at)
SELECT id, region_id, %(year)s, %(round)s, 'accepted', 0, '', '', 1, now() FROM regions_unit WHERE code LIKE '777%%'
RETURNING id
"""
NEXT_YEAR = """
INSERT INTO codes_fiscalyear (year, state, compiling) VALUES (%(year)s + 1, 'preparing', false);
INSERT INTO codes_code (catalog, year_id, code, name, is_leaf, is_standard, is_verified, source, search_key)
SELECT catalog, %(year)s + 1, code, name, is_leaf, is_standard, is_verified, source, search_key
FROM codes_code WHERE year_id = %(year)s;
"""
KEPT = {
    "line": "SELECT * FROM ledger_documentline WHERE document_id = %(document)s",
    "authority": "SELECT * FROM ledger_authority WHERE document_id = %(document)s",
    "balance": "SELECT b.* FROM ledger_balance b JOIN ledger_authority a ON a.id = b.authority_id"
    " WHERE a.document_id = %(document)s",
    "posting": "SELECT * FROM ledger_posting WHERE document_id = %(document)s",
    "entry": "SELECT e.* FROM ledger_entry e JOIN ledger_posting p ON p.id = e.posting_id WHERE p.document_id = %(document)s",
    "sheet": "SELECT * FROM budget_budgetsheet WHERE round = 'second_down' AND %(with_budget)s",
    "budget": "SELECT * FROM budget_budgetline WHERE round = 'second_down' AND %(with_budget)s",
}
# The same rows once more, under other keys: the keys of what comes are moved far away.
AWAY = 10**9
AGAIN = {
    "authority": ("ledger_authority", {"id": "id", "uid": "uid"}),
    "line": ("ledger_documentline", {"id": "id", "uid": "uid", "target_id": "new_target"}),
    "balance": ("ledger_balance", {"authority_id": "id"}),
    "posting": ("ledger_posting", {"id": "id", "key": "key"}),
    "entry": ("ledger_entry", {"id": "id", "posting_id": "id", "authority_id": "new_authority"}),
    "sheet": ("budget_budgetsheet", {"id": "id", "round": "round"}),
    "budget": ("budget_budgetline", {"id": "id", "sheet_id": "id", "round": "round"}),
}


def main() -> None:
    """Fill, and print the claims."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--lines", type=int, default=60_000)
    parser.add_argument("--durable", action="store_true", help="every commit waits for the disk")
    asked = parser.parse_args()
    with harness.server(asked.durable):
        region = filled(asked.lines)
        approval(region)
        saved(region, asked.lines)
        carried(region)
        holds, seconds, broken = verified()
        harness.report("longdocument.verify", seconds, seconds, holds=holds, broken=broken)
        assert holds


def filled(lines: int) -> Any:
    """A region whose units have an accepted budget of so many lines, and open books of two years."""
    from django.core.management import call_command
    from django.db import connection

    from apps.ledger import services
    from apps.regions.models import Region

    harness.fill(1)
    call_command("load_ledger_chart", verbosity=0)
    region = Region.objects.get(level=0)
    with connection.cursor() as cursor:
        cursor.execute(UNITS, {"region": region.pk, "units": max(1, lines // PER_UNIT), "mongolian": ""})
        cursor.execute(SHEETS, {"year": harness.YEAR, "round": harness.ROUND})
        harness.copy_lines(cursor, [row[0] for row in cursor.fetchall()], lines)
        cursor.execute(NEXT_YEAR, {"year": harness.YEAR})
        cursor.execute("VACUUM ANALYZE")
    for year in (harness.YEAR, harness.YEAR + 1):
        services.open_books(system(), region, year)
    return region


def approval(region: Any) -> None:
    """The budget of the year, as its compilation draws it up."""
    from apps.budget.models import BudgetApproval, Compilation
    from apps.budget.services.approvals import fill_from_round
    from apps.ledger.services import draw_up

    document = draw_up(system(), region, harness.YEAR, "approval", head())
    compilation = Compilation.objects.create(region=region, year_id=harness.YEAR, round=harness.ROUND)
    BudgetApproval.objects.create(compilation=compilation, document=document)
    run = whole("approval", document, lambda: fill_from_round(document, harness.ROUND))
    told(run, document, with_budget=True)


def saved(region: Any, lines: int) -> None:
    """Lines out of a pool, each given by itself."""
    from apps.codes.models import Code
    from apps.ledger.services import LineInput, draw_up, save_document
    from apps.regions.models import Unit

    units = list(Unit.objects.filter(region=region))
    codes = {
        catalog: Code.objects.filter(catalog=catalog, year=harness.YEAR).first()
        for catalog in ("fund_type", "function")
    }
    revenue = draw_up(system(), region, harness.YEAR, "revenue", head())
    save_document(system(), revenue, 1, {}, [LineInput(Decimal(1000) * lines, elements={"fund": codes["fund_type"]})])
    post(revenue)
    (pool,) = revenue.authorities.select_related("balance")
    given = [
        LineInput(Decimal(999), pool, elements={"unit": units[n % len(units)], "function": codes["function"]})
        for n in range(lines)
    ]
    document = draw_up(system(), region, harness.YEAR, "supplement", head())
    run = whole("saved", document, lambda: save_document(system(), document, 1, {}, given))
    told(run, document)


def carried(region: Any) -> None:
    """Everything that is left goes into the next year."""
    from apps.ledger.models import Books, DocumentKind
    from apps.ledger.services import draw_up_rest, save_document

    books = Books.objects.select_related("region").get(region=region, year=harness.YEAR)
    made: list[Any] = []

    def draft() -> None:
        made.append(draw_up_rest(system(), books, DocumentKind.CARRY_OVER))
        save_document(system(), made[0], made[0].revision, head())

    steps = {"draft": step(draft)}
    told(whole("carried", made[0], None, steps), made[0])


def head() -> dict[str, Any]:
    return {"number": f"内财预〔2027〕{time.time_ns()}号", "title": "长文", "dated": date(2027, 1, 20), "basis": "依据"}


Steps = dict[str, tuple[float, float]]


def whole(name: str, document: Any, draft: Callable[[], Any] | None, steps: Steps | None = None) -> dict[str, Any]:
    """The steps of a document: (seconds by the clock, seconds of processor time) of each."""
    from apps.ledger.services.soundness import refuse_unsound

    steps = dict(steps or {})
    if draft is not None:
        steps["draft"] = step(draft)
    document.refresh_from_db()
    steps["hand_in"] = step(lambda: refuse_unsound(document))
    steps["post"] = step(lambda: post(document))
    return {"claim": f"longdocument.{name}", "steps": steps}


def step(run: Callable[[], Any]) -> tuple[float, float]:
    from django.db import transaction

    def act() -> None:
        with transaction.atomic():
            run()

    return measured(act)


def post(document: Any) -> None:
    """As the last approval of its flow does it."""
    from django.db import transaction

    from apps.ledger.models import AuthorityDocument
    from apps.ledger.services import documents

    AuthorityDocument.objects.filter(pk=document.pk).update(state="submitted")
    document.refresh_from_db()
    with transaction.atomic():
        documents.approve_document(system(), document)


def told(run: dict[str, Any], document: Any, with_budget: bool = False) -> None:
    """One JSON line of a document's steps and its limit."""
    clock, work = bare(document, with_budget)
    lines, steps = document.lines.count(), run.pop("steps")
    seconds, processor = (sum(times[at] for times in steps.values()) for at in (0, 1))
    values = run | {
        "lines": lines,
        "seconds": round(seconds, 2),
        "processor_seconds": round(processor, 2),
        "lines_per_second": round(lines / processor),
        **{f"{name}_s": round(times[0], 2) for name, times in steps.items()},
        **{f"{name}_processor_s": round(times[1], 2) for name, times in steps.items()},
        "limit_seconds": round(clock, 2),
        "limit_processor_seconds": round(work, 2),
        "limit_lines_per_second": round(lines / work),
        "ratio": round(processor / work, 2),
    }
    print(json.dumps(values), flush=True)


def bare(document: Any, with_budget: bool) -> tuple[float, float]:
    """The rows that a document left, put into the same tables once more by plain INSERTs; nothing of it stays."""
    from django.db import connection, transaction

    from apps.ledger.services import draw_up

    with transaction.atomic(), connection.cursor() as cursor:
        draft = draw_up(system(), document.region, document.year_id, document.kind, head())
        for name, question in KEPT.items():
            values = {"document": document.pk, "with_budget": with_budget}
            cursor.execute(f"CREATE TEMPORARY TABLE kept_{name} ON COMMIT DROP AS {question}", values)
            cursor.execute(f"ANALYZE kept_{name}")
        for name in ("line", "authority"):  # a posted document takes no line
            cursor.execute(f"UPDATE kept_{name} SET document_id = %s", [draft.pk])
        statements = [again(cursor, name) for name in AGAIN]

        def insert() -> None:
            for statement in statements:
                cursor.execute(statement)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

        times = measured(insert)
        transaction.set_rollback(True)
    return times


def again(cursor: Any, name: str) -> str:
    """The INSERT of what was kept of a table, under other keys."""
    table, moved = AGAIN[name]
    cursor.execute(f"SELECT * FROM kept_{name} LIMIT 0")
    generated = {"search_key"}
    columns = [column.name for column in cursor.description if column.name not in generated]
    return f"INSERT INTO {table} ({', '.join(map(quoted, columns))}) SELECT {', '.join(value(c, moved) for c in columns)} FROM kept_{name} k"


def quoted(column: str) -> str:
    return f'"{column}"'


def value(column: str, moved: dict[str, str]) -> str:
    """What stands in the column the second time."""
    match moved.get(column, ""):
        case "id":
            return f"k.{column} + {AWAY}"
        case "uid":
            return "gen_random_uuid()"
        case "key":
            return "k.key || ':again'"
        case "round":
            return "'first_down'"
        case "new_target" | "new_authority":
            return f"k.{column} + CASE WHEN k.{column} IN (SELECT id FROM kept_authority) THEN {AWAY} ELSE 0 END"
        case _:
            return f"k.{quoted(column)}"


if __name__ == "__main__":
    main()
