"""Acts on a sheet: who may, in which state, and what is left in the record."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Count

from apps.accounts.tests.factories import make_actor
from apps.budget import services
from apps.budget.models import BudgetLine, BudgetSheet, SheetRemark
from apps.budget.tests.factories import (
    UP,
    World,
    accept,
    clerk_of,
    fill_office,
    fresh,
    head_of,
    line,
    make_compilation,
    make_sheet,
    officer_of,
    send_back,
    task_on,
)
from apps.codes.models import FiscalYear, YearState
from apps.evidence.models import Entry
from apps.lowcode.models import Case
from apps.lowcode.services import tasks
from apps.notices.models import Notice
from apps.regions.models import Region
from imbudget.kit.actor import NOBODY, Actor
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
        send_back(sheet, "")
    assert fresh(sheet).state == "submitted"
    accept(sheet)
    with pytest.raises(RuleViolation, match="Say why"):
        services.reopen_sheet(officer_of(world.tree.banner), fresh(sheet), "")
    assert fresh(sheet).state == "accepted"


@pytest.mark.parametrize("place", ["neighbour", "league", "root", "far_banner"])
def test_only_the_own_regions_officer_decides(world: World, place):
    sheet = make_sheet(world.codes, world.unit, state="submitted")
    officer = officer_of(getattr(world.tree, place))
    _holder, task = task_on(sheet)
    with pytest.raises(NotAllowed, match="not yours"):
        tasks.approve(officer, task)
    with pytest.raises(NotAllowed, match="not yours"):
        tasks.send_back(officer, task, reason="x")
    assert services.accept_waiting(officer, officer_region(officer), world.codes.year, UP).signed == 0
    assert fresh(sheet).state == "submitted"
    accept(sheet)
    with pytest.raises(NotAllowed, match="own region"):
        services.reopen_sheet(officer, fresh(sheet), "x")
    assert fresh(sheet).state == "accepted"


def officer_region(officer: Actor) -> Region:
    return Region.objects.get(pk=officer.region_id)


@pytest.mark.parametrize("state", ["draft", "submitted", "returned"])
def test_only_an_accepted_sheet_is_taken_out_again(world: World, state):
    sheet = make_sheet(world.codes, world.unit, state=state)
    with pytest.raises(NotAllowed, match="accepted"):
        services.reopen_sheet(officer_of(world.tree.banner), sheet, "x")


def test_a_task_that_was_decided_does_not_move_a_sheet_twice(world: World):
    sheet = make_sheet(world.codes, world.unit, state="submitted")
    officer, task = task_on(sheet)
    send_back(sheet, "先退回")
    with pytest.raises(RuleViolation, match="already been decided"):
        tasks.approve(officer, task)
    assert fresh(sheet).state == "returned"


def test_a_sheet_that_was_taken_out_again_begins_a_new_way(world: World):
    sheet = make_sheet(world.codes, world.unit, state="accepted")
    services.reopen_sheet(officer_of(world.tree.banner), sheet, "请压减")
    assert (fresh(sheet).state, fresh(sheet).return_reason) == ("returned", "请压减")
    save(clerk_of(world.unit), fresh(sheet), [line(world.codes, "8.00")])
    services.submit_sheet(head_of(world.unit), fresh(sheet))
    accept(sheet)  # by the officer who signed before: the same duty once more
    cases = list(Case.objects.filter(document_id=sheet.pk).order_by("pk").values_list("state", flat=True))
    assert (cases, fresh(sheet).state) == (["approved", "approved"], "accepted")


def test_a_unit_learns_of_a_return_once(world: World):
    """Who handed in hears of it from the engine, the others of the unit from the budget."""
    clerk, head = clerk_of(world.unit), head_of(world.unit)
    sheet = make_sheet(world.codes, world.unit)
    fill_office(world.tree.banner)
    services.submit_sheet(head, sheet)
    send_back(sheet, "请核对")
    told = dict(Notice.objects.filter(user__in=[clerk.user_id, head.user_id]).values_list("user_id", "kind"))
    assert told == {clerk.user_id: "budget.returned", head.user_id: "lowcode.returned"}
    assert (
        not Notice.objects.values("user_id", "url", "params__text")
        .annotate(n=Count("pk"))
        .filter(n__gt=1, params__text="请核对")
    )


def test_what_is_compiled_stays_until_the_compilation_is_opened_again(world: World):
    officer = officer_of(world.tree.banner)
    sheet = make_sheet(world.codes, world.unit, state="accepted")
    compilation = make_compilation(world.codes, world.tree.banner, "compiled")
    with pytest.raises(RuleViolation, match="compiled"):
        services.reopen_sheet(officer, sheet, "x")
    services.reopen_compilation(officer, compilation)
    services.reopen_sheet(officer, sheet, "x")
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
    """Each hand-in is a task of its own: the page that an officer has open since before accepts nothing any more."""
    sheet = make_sheet(world.codes, world.unit, state="submitted")
    officer, seen = task_on(sheet)
    services.recall_sheet(head_of(world.unit), sheet)
    services.save_lines(clerk_of(world.unit), fresh(sheet), sheet.version, [line(world.codes, "9.99")], None)
    services.submit_sheet(head_of(world.unit), fresh(sheet))
    with pytest.raises(RuleViolation, match="already been decided"):
        tasks.approve(officer, seen)
    assert fresh(sheet).state == "submitted"
    accept(sheet, officer)
    assert fresh(sheet).state == "accepted"


def test_a_colleague_of_the_unit_takes_its_sheet_back_too(world: World):
    sheet = make_sheet(world.codes, world.unit, state="submitted")
    services.recall_sheet(clerk_of(world.unit), sheet)
    assert fresh(sheet).state == "draft"
    assert not Case.objects.exclude(state="withdrawn").exists()


def test_units_begin_no_sheet_in_a_round_that_comes_down(world: World):
    clerk = clerk_of(world.unit)
    with pytest.raises(RuleViolation, match="hand nothing in"):
        services.open_sheet(clerk, world.unit, world.codes.year, "first_down")
    assert services.open_sheet(clerk, world.unit, world.codes.year, "second_up").state == "draft"
