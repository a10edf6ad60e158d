"""Two people at the same moment: real connections, real transactions."""

import threading
import time
from dataclasses import replace
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connection, connections, transaction
from django.db.models import Count, Sum

from apps.budget import services
from apps.budget.models import (
    BudgetLine,
    BudgetSheet,
    Compilation,
    Snapshot,
    Summary,
    SummaryByEconomic,
    SummaryByFunction,
)
from apps.budget.selectors.entry import entry_rows
from apps.budget.services import handing
from apps.budget.services.entry import Changes, LineChange
from apps.budget.tests.factories import (
    UP,
    World,
    clerk_of,
    fresh,
    head_of,
    line,
    make_compilation,
    make_sheet,
    make_world,
    officer_of,
    task_on,
)
from apps.budget.tests.test_import import good, run, table
from apps.evidence.models import Entry
from apps.lowcode.models import Case
from apps.lowcode.services import tasks
from apps.regions.tests.factories import UnitFactory
from imbudget.kit.errors import RuleViolation
from imbudget.kit.testing.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def committed() -> World:
    """The small world, visible to every connection."""
    return make_world()


def refusals(results: list[object]) -> list[object]:
    return [result for result in results if isinstance(result, RuleViolation)]


def failures(results: list[object]) -> list[object]:
    return [result for result in results if isinstance(result, Exception) and not isinstance(result, RuleViolation)]


def test_of_two_officers_who_compile_one_wins(committed: World):
    make_sheet(committed.codes, committed.unit, state="accepted")
    compilation = make_compilation(committed.codes, committed.tree.banner)
    officers = [officer_of(committed.tree.banner) for _ in range(3)]
    results = at_once([lambda actor=actor: services.compile_budget(actor, compilation) for actor in officers])
    assert failures(results) == []
    assert len(refusals(results)) == 2
    assert Snapshot.objects.count() == 1
    assert Entry.objects.filter(event="budget.compiled").count() == 1


def test_a_compilation_never_misses_a_sheet_accepted_meanwhile(committed: World):
    officer = officer_of(committed.tree.banner)
    sheet = make_sheet(committed.codes, committed.unit, state="submitted")
    compilation = make_compilation(committed.codes, committed.tree.banner)
    results = at_once(
        [
            lambda: tasks.approve(*task_on(sheet, officer)),
            lambda: services.compile_budget(officer, compilation, "原因"),
        ]
    )
    assert failures(results) == []
    again = Compilation.objects.select_related("snapshot").get(pk=compilation.pk)
    if again.snapshot:
        assert again.snapshot.total == Decimal("350.50")
    assert fresh(sheet).state == "accepted"


def test_of_two_clerks_who_save_one_is_told(committed: World):
    sheet = make_sheet(committed.codes, committed.unit)
    clerks = [clerk_of(committed.unit) for _ in range(2)]
    works = [
        lambda actor=actor, amount=amount: services.save_lines(
            actor, fresh(sheet), sheet.version, [line(committed.codes, amount)], None
        )
        for actor, amount in zip(clerks, ("1.00", "2.00"), strict=True)
    ]
    results = at_once(works)
    assert failures(results) == []
    assert len(refusals(results)) == 1
    assert fresh(sheet).total in {Decimal(1), Decimal(2)}
    assert fresh(sheet).lines.count() == 1


def test_accept_and_return_at_once_leave_one_answer(committed: World):
    """Two officers hold the same sheet: whoever comes second is told who was quicker."""
    officers = [officer_of(committed.tree.banner) for _ in range(2)]
    sheet = make_sheet(committed.codes, committed.unit, state="submitted")
    (first, task), (second, other) = (task_on(sheet, officer) for officer in officers)
    results = at_once([lambda: tasks.approve(first, task), lambda: tasks.send_back(second, other, reason="x")])
    assert failures(results) == []
    (refusal,) = refusals(results)
    assert any(officer.name in str(refusal) for officer in officers)
    decided = Entry.objects.filter(event__in=["budget.accepted", "budget.sent_back"]).count()
    assert (decided, fresh(sheet).state in {"accepted", "returned"}) == (1, True)


def test_of_two_officers_who_accept_all_each_sheet_is_accepted_once(committed: World):
    officers = [officer_of(committed.tree.banner) for _ in range(2)]
    units = [committed.unit, *(UnitFactory(region=committed.tree.banner) for _ in range(3))]
    sheets = [make_sheet(committed.codes, unit, state="submitted") for unit in units]
    region, year = committed.tree.banner, committed.codes.year
    results = at_once([lambda actor=actor: services.accept_waiting(actor, region, year, UP) for actor in officers])
    assert failures(results) == []
    assert sum(result.signed for result in results) == len(sheets)
    assert {fresh(sheet).state for sheet in sheets} == {"accepted"}
    assert Entry.objects.filter(event="budget.accepted").count() == len(sheets)


def test_a_sheet_taken_back_while_it_is_accepted_has_one_answer(committed: World):
    officer, head = officer_of(committed.tree.banner), head_of(committed.unit)
    sheet = make_sheet(committed.codes, committed.unit, state="submitted")
    held = task_on(sheet, officer)
    results = at_once([lambda: tasks.approve(*held), lambda: services.recall_sheet(head, fresh(sheet))])
    assert failures(results) == []
    assert len(refusals(results)) == 1
    case = Case.objects.get()
    assert (case.state, fresh(sheet).state) in {("approved", "accepted"), ("withdrawn", "draft")}


def test_no_line_slips_in_between_the_checks_and_the_hand_in(committed: World, monkeypatch):
    """Whoever saves while the checks run waits, and is then told that the sheet was handed in."""
    sheet = make_sheet(committed.codes, committed.unit)
    clerk, head, old = clerk_of(committed.unit), head_of(committed.unit), fresh(sheet)
    checking, saved = threading.Event(), []
    real = handing.check_sheet

    def slow_check(checked: BudgetSheet):
        findings = real(checked)
        checking.set()
        saver.join(1.0)  # the save must not get through meanwhile
        return findings

    def save() -> None:
        checking.wait(10)
        try:
            bad = line(committed.codes, "1.00", department_economic=committed.codes.unused)
            services.save_lines(clerk, old, old.version, [bad], None)
        except RuleViolation as refusal:
            saved.append(refusal)
        finally:
            connections.close_all()

    monkeypatch.setattr(handing, "check_sheet", slow_check)
    saver = threading.Thread(target=save)
    saver.start()
    services.submit_sheet(head, fresh(sheet))
    saver.join(20)
    assert fresh(sheet).state == "submitted"
    assert fresh(sheet).total == Decimal("350.50")
    assert len(saved) == 1


def test_writers_of_many_sheets_keep_the_summary_exact_while_it_is_folded(committed: World):
    units = [committed.unit, committed.neighbour_unit, committed.league_unit, committed.far_unit]
    sheets = [make_sheet(committed.codes, unit, []) for unit in units]
    clerks = [clerk_of(unit) for unit in units]

    def write(sheet: BudgetSheet, actor) -> None:
        for number in range(5):
            rows = [line(committed.codes, f"{number + 1}.00"), line(committed.codes, "3.00", project_name="甲")]
            services.save_lines(actor, fresh(sheet), fresh(sheet).version, rows, None)

    def fold() -> None:
        for _ in range(10):
            services.fold_summary()

    works = [lambda pair=pair: write(*pair) for pair in zip(sheets, clerks, strict=True)]
    assert failures(at_once([*works, fold, fold])) == []
    assert sum(row.amount for row in Summary.objects.all()) == sum(row.amount for row in BudgetLine.objects.all())
    assert sum(row.amount for row in Summary.objects.all()) == Decimal(4 * 8)


def a_line_of(sheet: BudgetSheet, number: int, amount: str) -> BudgetLine:
    """Another line like the sheet's first, not yet written."""
    row = BudgetLine.objects.filter(sheet=sheet).order_by("number")[0]
    row.pk, row.number, row.amount = None, number, Decimal(amount)
    row._state.adding = True
    return row


def apart() -> list[dict]:
    """Which sums differ from the lines at one moment: those of the three views and of the sheets' totals."""
    views = (Summary, SummaryByFunction, SummaryByEconomic)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        lines = BudgetLine.objects.aggregate(sum=Sum("amount"), n=Count("pk"))
        rolled = [view.objects.aggregate(sum=Sum("amount"), n=Sum("line_count")) for view in views]
        sheets = BudgetSheet.objects.aggregate(sum=Sum("total"))
    rolled.append(sheets | {"n": lines["n"]})
    return [sums for sums in rolled if (sums["sum"] or 0, sums["n"] or 0) != (lines["sum"] or 0, lines["n"])]


def test_sixteen_editors_are_summed_exactly_at_every_moment(committed: World):
    """Saving, handing in, returning and folding go on while readers look: never a cent apart, in no view."""
    units = [UnitFactory(region=committed.tree.banner) for _ in range(16)]
    sheets = [make_sheet(committed.codes, unit, []) for unit in units]
    officer = officer_of(committed.tree.banner)
    clerks, head = [clerk_of(unit) for unit in units], {unit.pk: head_of(unit) for unit in units}

    def edit(sheet: BudgetSheet, actor) -> None:
        codes = committed.codes
        for number in range(3):
            rows = [line(codes, f"{number}.01"), line(codes, "2.50", department_economic=codes.office)]
            services.save_lines(actor, fresh(sheet), fresh(sheet).version, rows, None)
        services.submit_sheet(head[sheet.unit_id], fresh(sheet))
        tasks.approve(*task_on(sheet, officer))
        services.reopen_sheet(officer, fresh(sheet), "x")

    def fold() -> None:
        for _ in range(12):
            services.fold_summary()
            time.sleep(0.05)

    def look() -> list:
        return [apart() for _ in range(12)]

    editors = [lambda pair=pair: edit(*pair) for pair in zip(sheets, clerks, strict=True)]
    results = at_once([*editors, fold, look])
    assert [result for result in results if isinstance(result, Exception)] == []
    assert results[-1] == [[]] * 12
    services.fold_summary()
    assert Summary.objects.aggregate(sum=Sum("amount"))["sum"] == 16 * Decimal("4.51")
    assert apart() == []


def test_a_return_while_the_region_is_compiled_leaves_figures_that_tie(committed: World):
    """Either the return comes first and the sheet is missing, or the budget is compiled and the return is refused."""
    sheet = make_sheet(committed.codes, committed.unit, state="accepted")
    compilation = make_compilation(committed.codes, committed.tree.banner)
    officer, other = officer_of(committed.tree.banner), officer_of(committed.tree.banner)
    results = at_once(
        [
            lambda: services.compile_budget(officer, compilation, "原因"),
            lambda: services.reopen_sheet(other, fresh(sheet), "x"),
        ]
    )
    assert failures(results) == []
    snapshot = Compilation.objects.select_related("snapshot").get(pk=compilation.pk).snapshot
    state = fresh(sheet).state
    assert (state, snapshot.total) in {("accepted", Decimal("350.50")), ("returned", Decimal(0))}
    assert len(refusals(results)) == (state == "accepted")


def test_a_report_is_not_returned_under_the_upper_compilation(committed: World):
    make_sheet(committed.codes, committed.unit, state="accepted")
    report = make_compilation(committed.codes, committed.tree.banner, "accepted")
    league = make_compilation(committed.codes, committed.tree.league)
    officers = [officer_of(committed.tree.league) for _ in range(2)]
    results = at_once(
        [
            lambda: services.compile_budget(officers[0], league, "原因"),
            lambda: services.reopen_report(officers[1], report, "x"),
        ]
    )
    assert failures(results) == []
    total = Compilation.objects.select_related("snapshot").get(pk=league.pk).snapshot.total
    state = Compilation.objects.get(pk=report.pk).state
    assert (state, total) in {("accepted", Decimal("350.50")), ("returned", Decimal(0))}


def test_statements_over_the_same_sheets_in_opposite_orders_do_not_block_each_other_for_ever(committed: World):
    """Lines of two sheets that come in one statement lock the sheets in the order of their keys, whatever order they come in."""
    first, second = (make_sheet(committed.codes, unit) for unit in (committed.unit, committed.neighbour_unit))

    def add(thread: int, sheets: tuple[BudgetSheet, BudgetSheet]) -> None:
        for number in range(10):
            rows = [a_line_of(sheet, 100 + thread * 10 + number, "9.00") for sheet in sheets]
            BudgetLine.objects.bulk_create(rows)

    works = [lambda pair=pair: add(*pair) for pair in enumerate([(first, second), (second, first), (first, second)])]
    assert failures(at_once(works)) == []
    assert (fresh(first).total, fresh(second).total) == (Decimal("620.50"), Decimal("620.50"))


def test_of_imports_that_overlap_one_is_taken_and_the_others_are_told(committed: World, tmp_path):
    """The same units in opposite orders of rows: no import waits for another for ever, and one alone hands the units in."""
    units = [committed.unit, UnitFactory(region=committed.tree.banner)]
    files = []
    for number, order in enumerate([units, units[::-1]] * 2):
        rows = [good(committed, unit=unit.code, amount=f"{number + 1}.00") for unit in order]
        files.append(table(tmp_path / f"{number}.csv", *rows))
    results = at_once([lambda path=path: run(committed, path) for path in files])
    assert [type(result).__name__ for result in results].count("ImportReport") == 1
    assert [type(result).__name__ for result in results].count("ImportRefused") == 3
    totals = {sheet.total for sheet in BudgetSheet.objects.all()}
    assert len(totals) == 1
    assert BudgetSheet.objects.filter(state="submitted").count() == 2


def test_a_unit_opens_its_sheet_once_from_two_windows(committed: World):
    clerk = clerk_of(committed.unit)
    results = at_once([lambda: services.open_sheet(clerk, committed.unit, committed.codes.year, UP)] * 4)
    assert failures(results) == []
    assert len({sheet.pk for sheet in results}) == 1
    assert Entry.objects.filter(event="budget.sheet_opened").count() == 1


def test_two_clerks_who_save_different_lines_both_keep_theirs(committed: World):
    sheet = make_sheet(committed.codes, committed.unit)
    clerks = [clerk_of(committed.unit) for _ in range(2)]
    written = [
        LineChange(replace(line(committed.codes, amount), pk=row.pk), base=row.stamp)
        for row, amount in zip(entry_rows(sheet), ("1.00", "2.00"), strict=True)
    ]
    works = [
        lambda actor=actor, change=change: services.save_changes(actor, fresh(sheet), sheet.version, Changes([change]))
        for actor, change in zip(clerks, written, strict=True)
    ]
    results = at_once(works)
    assert failures(results) + refusals(results) == []
    assert fresh(sheet).total == Decimal(3)
    assert {result.merged for result in results} == {False, True}


def test_of_two_clerks_who_change_one_line_one_is_asked(committed: World):
    sheet = make_sheet(committed.codes, committed.unit)
    row = entry_rows(sheet)[0]
    clerks = [clerk_of(committed.unit) for _ in range(2)]
    written = [
        LineChange(replace(line(committed.codes, amount), pk=row.pk), base=row.stamp) for amount in ("1.00", "2.00")
    ]
    works = [
        lambda actor=actor, change=change: services.save_changes(actor, fresh(sheet), sheet.version, Changes([change]))
        for actor, change in zip(clerks, written, strict=True)
    ]
    results = at_once(works)
    assert failures(results) == []
    assert len(refusals(results)) == 1
    assert fresh(sheet).total in {Decimal("251.50"), Decimal("252.50")}


def test_a_patch_sent_many_times_at_once_is_written_once(committed: World):
    sheet = make_sheet(committed.codes, committed.unit, [])
    clerk, patch = clerk_of(committed.unit), Changes([LineChange(line(committed.codes, "5.00"), key=str(uuid4()))])
    results = at_once([lambda: services.save_changes(clerk, fresh(sheet), sheet.version, patch)] * 4)
    assert failures(results) + refusals(results) == []
    assert fresh(sheet).total == Decimal(5)


def test_a_patch_that_waits_for_the_hand_in_is_refused(committed: World):
    sheet = make_sheet(committed.codes, committed.unit)
    clerk, head, stale = clerk_of(committed.unit), head_of(committed.unit), fresh(sheet)
    new = Changes([LineChange(line(committed.codes, "5.00"), key=str(uuid4()))])
    results = at_once(
        [lambda: services.submit_sheet(head, fresh(sheet)), lambda: services.save_changes(clerk, stale, 2, new)]
    )
    assert failures(results) == []
    assert (fresh(sheet).state, fresh(sheet).total) in {
        ("submitted", Decimal("350.50")),
        ("submitted", Decimal("355.50")),
    }
