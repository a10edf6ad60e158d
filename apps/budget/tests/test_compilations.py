"""Compile, report, answer reports: the rules, the refusals and the frozen figures."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from apps.budget import selectors, services
from apps.budget.models import Compilation, Snapshot, SnapshotRow
from apps.budget.services.compilations import snapshot_digest
from apps.budget.tests.factories import (
    SYSTEM,
    UP,
    World,
    accept,
    clerk_of,
    fresh,
    fresh_compilation,
    line,
    make_compilation,
    make_sheet,
    officer_of,
    reopen,
    send_back,
    task_on,
)
from apps.evidence.models import Entry
from apps.lowcode.models import Case
from apps.lowcode.services import tasks
from apps.notices.models import Notice
from apps.regions.models import Region
from imbudget.kit.errors import NotAllowed, RuleViolation

pytestmark = pytest.mark.django_db


def test_compiling_waits_for_the_officers_answer(world: World):
    make_sheet(world.codes, world.unit, state="submitted")
    compilation = make_compilation(world.codes, world.tree.banner)
    with pytest.raises(RuleViolation, match="1 sheets or reports wait"):
        services.compile_budget(SYSTEM, compilation, "原因")
    assert not Snapshot.objects.exists()


def test_compiling_without_a_unit_needs_a_reason(world: World):
    compilation = make_compilation(world.codes, world.tree.banner)
    with pytest.raises(RuleViolation, match="1 units or regions have not handed in"):
        services.compile_budget(SYSTEM, compilation)
    snapshot = services.compile_budget(SYSTEM, compilation, "新设单位")
    assert (snapshot.missing_units, snapshot.missing_reason) == (1, "新设单位")


def test_a_complete_region_compiles_without_a_reason(world: World):
    make_sheet(world.codes, world.unit, state="accepted")
    compilation = make_compilation(world.codes, world.tree.banner)
    snapshot = services.compile_budget(officer_of(world.tree.banner), compilation)
    assert (snapshot.total, snapshot.line_count, snapshot.missing_units) == (Decimal("350.50"), 2, 0)
    assert snapshot.digest == snapshot_digest(snapshot)
    entry = Entry.objects.get(event="budget.compiled")
    assert (entry.facts["total"], entry.facts["digest"]) == ("350.50", snapshot.digest)


def test_only_accepted_sheets_are_compiled(world: World):
    make_sheet(world.codes, world.unit, state="returned")
    snapshot = services.compile_budget(SYSTEM, make_compilation(world.codes, world.tree.banner), "原因")
    assert (snapshot.total, snapshot.line_count, snapshot.missing_units) == (0, 0, 1)


def test_the_league_adds_its_own_units_and_the_accepted_reports(world: World):
    make_sheet(world.codes, world.unit, state="accepted")
    make_sheet(world.codes, world.neighbour_unit, [line(world.codes, "5.00")], state="accepted")
    make_sheet(world.codes, world.league_unit, [line(world.codes, "7.00")], state="accepted")
    make_compilation(world.codes, world.tree.banner, "accepted")
    make_compilation(world.codes, world.tree.neighbour, "returned")
    snapshot = services.compile_budget(SYSTEM, make_compilation(world.codes, world.tree.league), "退回中")
    assert snapshot.total == Decimal("357.50")
    assert snapshot.missing_units == 1
    by_region = dict(snapshot.rows.values_list("region__code", "amount").order_by("region__code", "amount").distinct())
    assert set(by_region) == {world.tree.league.code, world.tree.banner.code}


def test_a_report_that_waits_stops_the_upper_compilation(world: World):
    make_compilation(world.codes, world.tree.banner, "reported")
    with pytest.raises(RuleViolation, match="1 sheets or reports wait"):
        services.compile_budget(SYSTEM, make_compilation(world.codes, world.tree.league), "原因")


def test_figures_reach_the_region_through_every_floor(world: World):
    make_sheet(world.codes, world.unit, state="accepted")
    make_compilation(world.codes, world.tree.banner, "accepted")
    make_compilation(world.codes, world.tree.league, "accepted")
    snapshot = services.compile_budget(SYSTEM, make_compilation(world.codes, world.tree.root), "原因")
    assert snapshot.total == Decimal("350.50")
    assert set(snapshot.rows.values_list("region_id", flat=True)) == {world.tree.banner.pk}


def test_a_region_may_report_past_its_upper_region(world: World):
    Region.objects.filter(pk=world.tree.banner.pk).update(reports_to=world.tree.root)
    make_sheet(world.codes, world.unit, state="accepted")
    make_compilation(world.codes, world.tree.banner, "reported")
    assert selectors.collection_status(world.tree.league, world.codes.year, UP).waiting == 0
    assert selectors.collection_status(world.tree.root, world.codes.year, UP).waiting == 1
    compilation = fresh_compilation(Compilation.objects.get(region=world.tree.banner))
    holder, task = task_on(compilation)
    assert holder.region_id == world.tree.root.pk
    with pytest.raises(NotAllowed):
        tasks.approve(officer_of(world.tree.league), task)
    accept(compilation)
    assert fresh_compilation(compilation).state == "accepted"


def test_a_round_is_compiled_once_until_it_is_opened_again(world: World):
    compilation = make_compilation(world.codes, world.tree.banner, "compiled")
    with pytest.raises(NotAllowed, match="already"):
        services.compile_budget(SYSTEM, compilation, "原因")
    services.reopen_compilation(SYSTEM, compilation)
    services.compile_budget(SYSTEM, compilation, "原因")
    assert list(compilation.snapshots.values_list("number", flat=True)) == [2, 1]
    assert fresh_compilation(compilation).snapshot.number == 2


@pytest.mark.parametrize("state", ["open", "reported", "accepted", "returned"])
def test_only_compiled_figures_are_reported(world: World, state):
    compilation = make_compilation(world.codes, world.tree.banner, state)
    with pytest.raises(NotAllowed):
        services.report_budget(SYSTEM, compilation)


@pytest.mark.parametrize("state", ["open", "reported", "accepted"])
def test_only_what_was_not_reported_is_opened_again(world: World, state):
    with pytest.raises(NotAllowed):
        services.reopen_compilation(SYSTEM, make_compilation(world.codes, world.tree.banner, state))


def test_the_top_has_nobody_to_report_to(world: World):
    compilation = make_compilation(world.codes, world.tree.root, "compiled")
    with pytest.raises(NotAllowed, match="no upper region"):
        services.report_budget(SYSTEM, compilation)


@pytest.mark.parametrize("place", ["banner", "neighbour", "other_league", "root"])
def test_only_the_upper_regions_officer_answers_a_report(world: World, place):
    compilation = make_compilation(world.codes, world.tree.banner, "reported")
    officer = officer_of(getattr(world.tree, place))
    _holder, task = task_on(compilation)
    with pytest.raises(NotAllowed):
        tasks.approve(officer, task)
    with pytest.raises(NotAllowed):
        tasks.send_back(officer, task, reason="x")
    assert fresh_compilation(compilation).state == "reported"
    accept(compilation)
    with pytest.raises(NotAllowed):
        services.reopen_report(officer, fresh_compilation(compilation), "x")
    assert fresh_compilation(compilation).state == "accepted"


def test_the_league_accepts_and_may_still_return(world: World):
    league, compilation = officer_of(world.tree.league), make_compilation(world.codes, world.tree.banner, "reported")
    accept(compilation, league)
    services.reopen_report(league, fresh_compilation(compilation), "数据有误")
    again = fresh_compilation(compilation)
    assert (again.state, again.return_reason) == ("returned", "数据有误")
    services.compile_budget(officer_of(world.tree.banner), again, "原因")
    assert fresh_compilation(compilation).return_reason == ""
    services.report_budget(officer_of(world.tree.banner), fresh_compilation(compilation))
    accept(compilation, league)
    assert list(Case.objects.order_by("pk").values_list("state", flat=True)) == ["approved", "approved"]


def test_a_returned_report_goes_on_in_its_case(world: World):
    """The officer who reported hears of it, mends and reports again; the upper officer decides on it once more."""
    officer, league = officer_of(world.tree.banner), officer_of(world.tree.league)
    compilation = make_compilation(world.codes, world.tree.banner, "compiled")
    services.report_budget(officer, compilation)
    send_back(compilation, "数据有误", league)
    assert Notice.objects.get(user=officer.user_id, params__text="数据有误").kind == "lowcode.returned"
    services.compile_budget(officer, fresh_compilation(compilation), "原因")
    services.report_budget(officer, fresh_compilation(compilation))
    accept(compilation, league)
    assert (Case.objects.get().state, fresh_compilation(compilation).state) == ("approved", "accepted")


def test_a_region_takes_its_report_back_until_it_is_decided(world: World):
    officer = officer_of(world.tree.banner)
    compilation = make_compilation(world.codes, world.tree.banner, "reported")
    for place in ("neighbour", "league", "root"):
        with pytest.raises(NotAllowed):
            services.withdraw_report(officer_of(getattr(world.tree, place)), fresh_compilation(compilation))
    services.withdraw_report(officer, fresh_compilation(compilation))
    assert (fresh_compilation(compilation).state, Case.objects.get().state) == ("compiled", "withdrawn")
    assert Entry.objects.filter(event="budget.report_withdrawn").count() == 1
    services.report_budget(officer, fresh_compilation(compilation))
    accept(compilation)
    with pytest.raises(NotAllowed, match="waits"):
        services.withdraw_report(officer, fresh_compilation(compilation))


def test_a_return_needs_a_reason(world: World):
    compilation = make_compilation(world.codes, world.tree.banner, "reported")
    with pytest.raises(RuleViolation, match="Say why"):
        send_back(compilation, "")
    accept(compilation)
    with pytest.raises(RuleViolation, match="Say why"):
        services.reopen_report(officer_of(world.tree.league), fresh_compilation(compilation), "")


def test_no_answer_while_the_own_budget_is_compiled(world: World):
    report = make_compilation(world.codes, world.tree.banner, "accepted")
    make_compilation(world.codes, world.tree.league, "compiled")
    with pytest.raises(RuleViolation, match="is compiled"):
        services.reopen_report(officer_of(world.tree.league), report, "x")


@pytest.mark.parametrize("place", ["neighbour", "league", "root"])
def test_nobody_else_compiles_a_region(world: World, place):
    compilation = make_compilation(world.codes, world.tree.banner)
    with pytest.raises(NotAllowed):
        services.compile_budget(officer_of(getattr(world.tree, place)), compilation, "x")
    with pytest.raises(NotAllowed):
        services.open_compilation(officer_of(getattr(world.tree, place)), world.tree.banner, world.codes.year, UP)


def test_a_clerk_compiles_nothing(world: World):
    with pytest.raises(NotAllowed):
        services.compile_budget(clerk_of(world.unit), make_compilation(world.codes, world.tree.banner), "x")


@pytest.mark.parametrize(
    "change",
    [
        lambda s: Snapshot.objects.filter(pk=s.pk).update(total=1),
        lambda s: Snapshot.objects.filter(pk=s.pk).update(digest=""),
        lambda s: SnapshotRow.objects.filter(snapshot=s).update(amount=1),
        lambda s: SnapshotRow.objects.filter(snapshot=s).delete(),
        lambda s: SnapshotRow.objects.bulk_create([_copy(s)]),
        lambda s: connection.cursor().execute("DELETE FROM budget_snapshot WHERE id = %s", [s.pk]),
    ],
    ids=["total", "digest", "row", "row removed", "row added", "removed"],
)
def test_frozen_figures_are_refused_any_change_by_the_database(world: World, change):
    make_sheet(world.codes, world.unit, state="accepted")
    snapshot = make_compilation(world.codes, world.tree.banner, "compiled").snapshot
    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
        change(snapshot)


def _copy(snapshot: Snapshot) -> SnapshotRow:
    row = snapshot.rows.first()
    row.pk = None
    return row


def test_a_changed_digit_changes_the_digest(world: World):
    make_sheet(world.codes, world.unit, state="accepted")
    snapshot = make_compilation(world.codes, world.tree.banner, "compiled").snapshot
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE budget_snapshotrow SET amount = amount + 0.01 WHERE snapshot_id = %s", [snapshot.pk])
        cursor.execute("SET LOCAL session_replication_role = origin")
    assert snapshot_digest(snapshot) != snapshot.digest


def test_what_moved_since_the_compilation_shows_as_a_difference(world: World):
    sheet = make_sheet(world.codes, world.unit, state="accepted")
    compilation = make_compilation(world.codes, world.tree.banner, "compiled")
    services.reopen_compilation(SYSTEM, compilation)
    reopen(sheet)
    services.save_lines(clerk_of(world.unit), fresh(sheet), 2, [line(world.codes, "300.00")], None)
    _own, row = selectors.region_progress(world.tree.league, world.codes.year, UP)[:2]
    assert row.region == world.tree.banner
    assert (row.reported_total, row.total, row.difference) == (Decimal("350.50"), Decimal(300), Decimal("-50.50"))


def test_progress_counts_own_units_and_each_lower_region(world: World):
    make_sheet(world.codes, world.unit, state="accepted")
    make_sheet(world.codes, world.neighbour_unit, state="submitted")
    make_sheet(world.codes, world.league_unit)
    rows = selectors.region_progress(world.tree.league, world.codes.year, UP)
    assert [(row.region.code, row.due, row.submitted, row.accepted, row.entered, row.missing) for row in rows] == [
        (world.tree.league.code, 1, 0, 0, 1, 1),
        (world.tree.banner.code, 1, 0, 1, 0, 0),
        (world.tree.neighbour.code, 1, 1, 0, 0, 0),
    ]
    top = selectors.region_progress(world.tree.root, world.codes.year, UP)
    assert [(row.region.code, row.due, row.handed_in) for row in top] == [
        (world.tree.root.code, 0, 0),
        (world.tree.league.code, 3, 2),
        (world.tree.other_league.code, 1, 0),
    ]
