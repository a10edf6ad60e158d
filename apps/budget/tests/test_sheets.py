"""Acts on a sheet: who may, in which state, and what is left in the record."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from apps.accounts.tests.factories import make_actor
from apps.budget import services
from apps.budget.models import BudgetLine, BudgetSheet, SheetRemark
from apps.budget.tests.factories import (
    UP,
    World,
    clerk_of,
    fresh,
    head_of,
    line,
    make_compilation,
    make_sheet,
    officer_of,
)
from apps.codes.models import FiscalYear, YearState
from apps.evidence.models import Entry
from imbudget.kit.actor import NOBODY
from imbudget.kit.errors import NotAllowed, RuleViolation

pytestmark = pytest.mark.django_db


def save(actor, sheet, lines, declared=None):
    services.save_lines(actor, sheet, sheet.version, lines, declared)


def test_a_sheet_is_opened_once_and_takes_its_place_from_the_unit(world: World):
    clerk = clerk_of(world.unit)
    sheet = services.open_sheet(clerk, world.unit, world.codes.year, UP)
    assert services.open_sheet(clerk, world.unit, world.codes.year, UP) == sheet
    assert (sheet.region_id, sheet.league_id) == (world.tree.banner.pk, world.tree.league.pk)
    assert Entry.objects.filter(event="budget.sheet_opened").count() == 1


def test_the_database_corrects_a_wrong_region_of_a_sheet(world: World):
    sheet = BudgetSheet.objects.create(
        unit=world.unit, region=world.tree.far_banner, league=world.tree.root, year_id=world.codes.year
    )
    sheet = fresh(sheet)
    assert (sheet.region_id, sheet.league_id) == (world.tree.banner.pk, world.tree.league.pk)


def test_lines_are_saved_with_the_derived_class_and_the_total(world: World):
    sheet = make_sheet(world.codes, world.unit)
    assert [row.government_economic.code for row in sheet.lines.order_by("number")] == ["50101", "50201"]
    assert sheet.total == Decimal("350.50")
    assert sheet.version == 2
    entry = Entry.objects.get(event="budget.lines_saved")
    assert entry.facts == {"lines": 2, "version": 2}


def test_saving_changes_keeps_adds_and_removes(world: World):
    clerk, sheet = clerk_of(world.unit), make_sheet(world.codes, world.unit)
    first, second = sheet.lines.order_by("number")
    kept = line(world.codes, "1.25", department_economic=world.codes.office, pk=second.pk, note="改")
    save(clerk, sheet, [kept, line(world.codes, "2.00", function=world.codes.managing)])
    rows = list(sheet.lines.order_by("number"))
    assert [(row.number, row.amount, row.note) for row in rows] == [(1, Decimal("1.25"), "改"), (2, Decimal(2), "")]
    assert rows[0].pk == second.pk
    assert not BudgetLine.objects.filter(pk=first.pk).exists()
    assert fresh(sheet).total == Decimal("3.25")


def test_every_saved_line_has_history_with_its_person(world: World):
    clerk, sheet = clerk_of(world.unit), make_sheet(world.codes, world.unit, [line(world.codes)])
    row = sheet.lines.get()
    save(clerk, sheet, [line(world.codes, "5.00", pk=row.pk)])
    save(clerk, fresh(sheet), [])
    kinds = BudgetLine.history.filter(id=row.pk).order_by("history_id").values_list("history_type", "amount")
    assert list(kinds) == [("+", Decimal("100.00")), ("~", Decimal("5.00")), ("-", Decimal("5.00"))]
    newest = BudgetLine.history.filter(id=row.pk).latest("history_id")
    assert (newest.history_user_id, newest.history_address, newest.history_change_reason) == (
        clerk.user_id,
        "10.0.0.1",
        "save_lines",
    )


def test_whoever_saves_second_is_told_and_changes_nothing(world: World):
    clerk, sheet = clerk_of(world.unit), make_sheet(world.codes, world.unit)
    old = fresh(sheet)
    save(clerk, sheet, [line(world.codes, "7.00")])
    with pytest.raises(RuleViolation, match="Someone else saved"):
        save(clerk, old, [line(world.codes, "9.00")])
    assert fresh(sheet).total == Decimal("7.00")


def test_a_line_of_another_sheet_is_never_taken_over(world: World):
    other = make_sheet(world.codes, world.neighbour_unit)
    sheet = make_sheet(world.codes, world.unit, [])
    stolen = other.lines.first()
    save(clerk_of(world.unit), sheet, [line(world.codes, "1.00", pk=stolen.pk)])
    stolen.refresh_from_db()
    assert stolen.sheet_id == other.pk
    assert stolen.amount == Decimal("100.00")
    assert sheet.lines.get().pk != stolen.pk


def test_an_amount_below_zero_is_refused_by_the_database(world: World):
    sheet = make_sheet(world.codes, world.unit)
    with pytest.raises(IntegrityError, match="line_amount_not_below_zero"), transaction.atomic():
        BudgetLine.objects.filter(sheet=sheet).update(amount=-1)


@pytest.mark.parametrize("who", ["head", "officer", "league officer", "neighbour clerk", "nobody"])
def test_only_the_units_clerk_changes_lines(world: World, who):
    sheet = make_sheet(world.codes, world.unit)
    actor = {
        "head": lambda: head_of(world.unit),
        "officer": lambda: officer_of(world.tree.banner),
        "league officer": lambda: officer_of(world.tree.league),
        "neighbour clerk": lambda: clerk_of(world.neighbour_unit),
        "nobody": lambda: NOBODY,
    }[who]()
    with pytest.raises(NotAllowed):
        save(actor, sheet, [])
    assert sheet.lines.count() == 2


@pytest.mark.parametrize("state", ["submitted", "accepted"])
def test_a_sheet_that_was_handed_in_cannot_be_changed(world: World, state):
    sheet = make_sheet(world.codes, world.unit, state=state)
    with pytest.raises(NotAllowed, match="handed in"):
        save(clerk_of(world.unit), sheet, [])


def test_a_closed_year_takes_no_change(world: World):
    clerk, sheet = clerk_of(world.unit), make_sheet(world.codes, world.unit)
    FiscalYear.objects.filter(pk=world.codes.year).update(state=YearState.CLOSED)
    with pytest.raises(RuleViolation, match="closed"):
        save(clerk, fresh(sheet), [])
    with pytest.raises(RuleViolation, match="closed"):
        services.submit_sheet(head_of(world.unit), fresh(sheet))


def test_handing_in_records_time_and_total(world: World):
    sheet = make_sheet(world.codes, world.unit, state="submitted")
    assert sheet.submitted_at is not None
    entry = Entry.objects.get(event="budget.submitted")
    assert (entry.facts["total"], entry.region_code) == ("350.50", world.tree.banner.code)


def test_a_sheet_with_an_error_is_not_handed_in(world: World):
    sheet = make_sheet(world.codes, world.unit, [line(world.codes, department_economic=world.codes.unused)])
    with pytest.raises(RuleViolation, match="1 errors"):
        services.submit_sheet(head_of(world.unit), sheet)
    assert fresh(sheet).state == "draft"
    assert not Entry.objects.filter(event="budget.submitted").exists()


def test_recall_is_open_only_while_the_sheet_waits(world: World):
    head, sheet = head_of(world.unit), make_sheet(world.codes, world.unit, state="submitted")
    services.recall_sheet(head, sheet)
    assert fresh(sheet).state == "draft"
    with pytest.raises(NotAllowed):
        services.recall_sheet(head, fresh(sheet))


def test_a_returned_sheet_is_mended_and_handed_in_again(world: World):
    sheet = make_sheet(world.codes, world.unit, state="returned")
    assert sheet.return_reason == "请核对"
    save(clerk_of(world.unit), sheet, [line(world.codes, "8.00")])
    services.submit_sheet(head_of(world.unit), fresh(sheet))
    again = fresh(sheet)
    assert (again.state, again.return_reason, again.total) == ("submitted", "", Decimal("8.00"))


def test_a_return_needs_a_reason(world: World):
    sheet = make_sheet(world.codes, world.unit, state="submitted")
    with pytest.raises(RuleViolation, match="Say why"):
        services.send_back_sheet(officer_of(world.tree.banner), sheet, "")
    assert fresh(sheet).state == "submitted"


@pytest.mark.parametrize("place", ["neighbour", "league", "root", "far_banner"])
def test_only_the_own_regions_officer_decides(world: World, place):
    sheet = make_sheet(world.codes, world.unit, state="submitted")
    officer = officer_of(getattr(world.tree, place))
    with pytest.raises(NotAllowed):
        services.accept_sheet(officer, sheet)
    with pytest.raises(NotAllowed):
        services.send_back_sheet(officer, sheet, "x")
    assert fresh(sheet).state == "submitted"


def test_a_draft_can_neither_be_accepted_nor_returned(world: World):
    officer, sheet = officer_of(world.tree.banner), make_sheet(world.codes, world.unit)
    with pytest.raises(NotAllowed):
        services.accept_sheet(officer, sheet)
    with pytest.raises(NotAllowed):
        services.send_back_sheet(officer, sheet, "x")


def test_a_stale_object_does_not_move_a_sheet_twice(world: World):
    officer, sheet = officer_of(world.tree.banner), make_sheet(world.codes, world.unit, state="submitted")
    stale = fresh(sheet)
    services.send_back_sheet(officer, sheet, "先退回")
    with pytest.raises(RuleViolation, match="just moved"):
        services.accept_sheet(officer, stale)
    assert fresh(sheet).state == "returned"


def test_what_is_compiled_stays_until_the_compilation_is_opened_again(world: World):
    officer = officer_of(world.tree.banner)
    sheet = make_sheet(world.codes, world.unit, state="accepted")
    compilation = make_compilation(world.codes, world.tree.banner, "compiled")
    with pytest.raises(RuleViolation, match="compiled"):
        services.send_back_sheet(officer, sheet, "x")
    services.reopen_compilation(officer, compilation)
    services.send_back_sheet(officer, sheet, "x")
    assert fresh(sheet).state == "returned"


def test_a_comment_needs_its_grant_and_keeps_the_post(world: World):
    sheet = make_sheet(world.codes, world.unit)
    leader = make_actor("finance_leader", world.tree.league)
    services.remark_on_sheet(leader, sheet, "请压减一般性支出")
    assert SheetRemark.objects.get().post_label == leader.post_label
    with pytest.raises(NotAllowed):
        services.remark_on_sheet(clerk_of(world.unit), sheet, "x")


def test_a_post_whose_grant_was_taken_may_nothing(world: World):
    sheet = make_sheet(world.codes, world.unit)
    stripped = replace(clerk_of(world.unit), grants=frozenset())
    with pytest.raises(NotAllowed):
        save(stripped, sheet, [])


def test_an_officer_does_not_accept_figures_they_did_not_see(world: World):
    sheet = make_sheet(world.codes, world.unit, state="submitted")
    seen = sheet.version
    services.recall_sheet(head_of(world.unit), sheet)
    services.save_lines(clerk_of(world.unit), fresh(sheet), seen, [line(world.codes, "9.99")], None)
    services.submit_sheet(head_of(world.unit), fresh(sheet))
    with pytest.raises(RuleViolation, match="has changed this sheet"):
        services.accept_sheet(officer_of(world.tree.banner), fresh(sheet), seen)
    services.accept_sheet(officer_of(world.tree.banner), fresh(sheet), fresh(sheet).version)
    assert fresh(sheet).state == "accepted"


def test_units_begin_no_sheet_in_a_round_that_comes_down(world: World):
    clerk = clerk_of(world.unit)
    with pytest.raises(RuleViolation, match="hand nothing in"):
        services.open_sheet(clerk, world.unit, world.codes.year, "first_down")
    assert services.open_sheet(clerk, world.unit, world.codes.year, "second_up").state == "draft"
