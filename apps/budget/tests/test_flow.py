"""Sheets and reports in the approval engine: flows of regions, what comes by the hundred, and what was there before."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import User
from apps.accounts.tests.factories import make_actor, make_post
from apps.budget import selfchecks, services
from apps.budget.models import BudgetRound, BudgetSheet, SheetState
from apps.budget.selectors.missing import with_findings
from apps.budget.services import handing
from apps.budget.services.handin import begin_cases_of
from apps.budget.services.imports import ImportOrder
from apps.budget.services.waiting import begin_cases
from apps.budget.tests.factories import (
    SYSTEM,
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
from apps.budget.tests.test_import import good, xlsx
from apps.evidence.models import Entry
from apps.lowcode import selfchecks as engine
from apps.lowcode.models import Case, CaseEvent, Task
from apps.lowcode.services import cases, flows, tasks
from apps.lowcode.services.many import start_many
from apps.lowcode.tests.flows import definition, step
from apps.lowcode.words import Words
from apps.notices.models import Notice
from apps.regions.models import Region, Unit
from apps.regions.tests.factories import UnitFactory
from imbudget.kit.actor import Actor
from imbudget.kit.errors import NotAllowed, RuleViolation

pytestmark = pytest.mark.django_db
THREE = (step("head", "unit_head"), step("department", "department_reviewer"), step("office", "finance_office"))


def publish(region: Region, *steps: Any, subject: str = handing.SUBJECT) -> None:
    """A flow of the region's own."""
    body = definition(*steps)
    flows.publish_flow(SYSTEM, flows.create_flow(SYSTEM, region=region, subject=subject, name=Words("流程"), body=body))


def bring_in(world: World, tmp_path: Any, actor: Actor, *units: Unit, region: Region | None = None) -> Any:
    """The finance office imports a workbook with one good line for each unit."""
    rows = [good(world, unit=unit.code) for unit in units]
    path = xlsx(tmp_path / "a.xlsx", *rows)
    return services.import_workbook(actor, ImportOrder(path, region or units[0].region, world.codes.year, UP))


def test_a_flow_of_three_steps_leads_to_the_same_end(world: World):
    publish(world.tree.banner, *THREE)
    clerk, head, officer = clerk_of(world.unit), head_of(world.unit), officer_of(world.tree.banner)
    reviewer = make_actor("department_reviewer", world.unit.department)
    sheet = make_sheet(world.codes, world.unit)
    services.submit_sheet(clerk, sheet)
    for actor in (head, reviewer):
        accept(sheet, actor)
        assert fresh(sheet).state == "submitted"
    with pytest.raises(RuleViolation, match="cannot be withdrawn"):
        services.recall_sheet(clerk, fresh(sheet))
    accept(sheet, officer)
    assert fresh(sheet).state == "accepted"
    assert Entry.objects.filter(event="budget.accepted", actor_id=str(officer.user_id)).count() == 1


def test_who_entered_the_lines_signs_nowhere(world: World):
    """A clerk who is also head of the unit handed nothing in, and still has no part in deciding."""
    publish(world.tree.banner, step("head", "unit_head"))
    sheet = make_sheet(world.codes, world.unit)
    maker = Entry.objects.get(event="budget.lines_saved").actor_id
    other = head_of(world.unit)
    make_post("unit_head", world.unit, User.objects.get(pk=int(maker)))
    services.submit_sheet(head_of(world.unit), sheet)
    holders = set(Task.objects.values_list("user_id", flat=True))
    assert (int(maker) in holders, other.user_id in holders) == (False, True)


def test_what_the_office_brings_in_is_the_units_own_application(world: World, tmp_path):
    officer, other = officer_of(world.tree.banner), officer_of(world.tree.banner)
    units = [world.unit, *(UnitFactory(region=world.tree.banner) for _ in range(3))]
    bring_in(world, tmp_path, officer, *units)
    case = Case.objects.get(unit=world.unit)
    begun = case.events.get(kind="started")
    assert (case.applicant_id, begun.user_id, begun.name) == (None, None, str(world.unit))
    assert case.values["by_office"] is True
    assert Entry.objects.filter(event="budget.submitted", actor_id=str(officer.user_id)).count() == 4
    told = Notice.objects.filter(user__in=[officer.user_id, other.user_id])
    assert list(told.values_list("user_id", "kind", "params__count")) == [(other.user_id, "lowcode.tasks", "4")]
    done = services.accept_waiting(officer, world.tree.banner, world.codes.year, UP)
    assert (done.signed, done.refused) == (4, [])
    assert set(BudgetSheet.objects.values_list("state", flat=True)) == {"accepted"}
    engine.cases()


def test_the_unit_hears_of_a_return_of_what_the_office_brought_in(world: World, tmp_path):
    clerk, head, officer = clerk_of(world.unit), head_of(world.unit), officer_of(world.tree.banner)
    bring_in(world, tmp_path, officer, world.unit)
    sheet = BudgetSheet.objects.get()
    send_back(sheet, "请核对", officer)
    told = set(Notice.objects.filter(kind="budget.returned").values_list("user_id", flat=True))
    assert told == {clerk.user_id, head.user_id}
    services.submit_sheet(head, fresh(sheet))
    assert Case.objects.get().values["by_office"] is False


def test_a_returned_sheet_that_is_brought_in_anew_begins_a_new_way(world: World, tmp_path):
    officer = officer_of(world.tree.banner)
    sheet = make_sheet(world.codes, world.unit, state="returned")
    bring_in(world, tmp_path, officer, world.unit)
    assert list(Case.objects.order_by("pk").values_list("state", flat=True)) == ["withdrawn", "running"]
    accept(sheet, officer)  # who returned it decides again: the same duty
    assert fresh(sheet).state == "accepted"


def test_the_unit_takes_back_what_the_office_brought_in(world: World, tmp_path):
    officer = officer_of(world.tree.banner)
    bring_in(world, tmp_path, officer, world.unit)
    sheet = BudgetSheet.objects.get()
    with pytest.raises(NotAllowed):
        services.recall_sheet(head_of(world.neighbour_unit), sheet)
    services.recall_sheet(head_of(world.unit), sheet)
    assert (fresh(sheet).state, Case.objects.get().state) == ("draft", "withdrawn")


def test_past_years_brought_in_as_accepted_go_no_way(world: World, tmp_path):
    path = xlsx(tmp_path / "a.xlsx", good(world))
    order = ImportOrder(path, world.tree.banner, world.codes.year, BudgetRound.SECOND_DOWN, goal=SheetState.ACCEPTED)
    services.import_workbook(SYSTEM, order)
    assert BudgetSheet.objects.get().state == "accepted"
    assert not Case.objects.exists()


def test_each_region_of_one_file_follows_its_own_flow(world: World):
    """One banner asks of its own units' sheets what the other does not; a third has nobody."""
    by_office = {"fact": "by_office", "op": "=", "value": False}
    publish(world.tree.neighbour, step("head", "unit_head", when=by_office), step("office", "finance_office"))
    for region in (world.tree.banner, world.tree.neighbour):
        officer_of(region)
    sheets = [
        BudgetSheet.objects.create(unit=unit, region=unit.region, year_id=world.codes.year, state="submitted")
        for unit in (world.unit, world.neighbour_unit, world.far_unit)
    ]
    begin_cases_of(SYSTEM, [sheet.pk for sheet in sheets], by_office=True)
    found = Case.objects.order_by("pk").values_list("region__code", "state", "step")
    assert list(found) == [
        (world.tree.banner.code, "running", "finance"),
        (world.tree.neighbour.code, "running", "office"),
        (world.tree.far_banner.code, "stuck", "finance"),
    ]
    officer_of(world.tree.far_banner)
    cases.retry_stuck(SYSTEM, Case.objects.get(state="stuck"))
    assert Case.objects.filter(state="running").count() == 3
    engine.cases()


def test_a_missing_post_is_told_once_for_all(world: World):
    head_office = officer_of(world.tree.root)  # whose flow it is
    for _ in range(3):
        unit = UnitFactory(region=world.tree.banner)
        BudgetSheet.objects.create(unit=unit, region=unit.region, year_id=world.codes.year, state="submitted")
    begin_cases_of(SYSTEM, BudgetSheet.objects.values_list("pk", flat=True), by_office=True)
    told = Notice.objects.filter(user=head_office.user_id)
    assert list(told.values_list("kind", "params__count")) == [("lowcode.nobody_many", "3")]


def kept_of(case: Case) -> dict[str, Any]:
    """Everything that a hand-in or a signature leaves, without keys and times."""
    columns = ("seq", "kind", "user_id", "name", "post_label", "task", "step", "data")
    entries = Entry.objects.filter(subject_type="lowcode.Case", subject_id=str(case.pk)).order_by("pk")
    facts = [
        (entry.event, entry.actor_id, entry.region_code, {k: v for k, v in entry.facts.items() if k != "document"})
        for entry in entries
    ]
    case.refresh_from_db()
    return {
        "row": (case.state, case.step, case.circulation, case.last_seq, case.values, case.amount, bool(case.ended_at)),
        "events": list(CaseEvent.objects.filter(case=case).order_by("seq").values_list(*columns)),
        "tasks": list(
            case.tasks.order_by("key").values_list("key", "user_id", "post_id", "kind", "state", "step", "due")
        ),
        "evidence": facts,
    }


def test_many_leave_what_one_leaves(world: World):
    """Begun and signed together or one by one: the same events, tasks, evidence, states."""
    officers = [officer_of(world.tree.banner) for _ in range(2)]
    units = [UnitFactory(region=world.tree.banner, nature=world.unit.nature) for _ in range(2)]
    one, other = (
        BudgetSheet.objects.create(unit=unit, region=unit.region, year_id=world.codes.year, state="submitted")
        for unit in units
    )
    applicant = head_of(world.unit)
    cases.start_case(applicant, handing.SUBJECT, fresh(one))
    start_many(applicant, handing.SUBJECT, [fresh(other)])
    first, second = (Case.objects.get(document_id=sheet.pk) for sheet in (one, other))
    assert kept_of(first) == kept_of(second)
    tasks.approve(officers[0], first.tasks.get(user=officers[0].user_id), opinion="同意")
    together = list(second.tasks.filter(user=officers[0].user_id).select_related("case", "post"))
    assert [outcome.refusal for outcome in tasks.approve_many(officers[0], together, opinion="同意")] == [""]
    assert kept_of(first) == kept_of(second)
    assert {fresh(sheet).state for sheet in (one, other)} == {"accepted"}
    kinds = Notice.objects.filter(user=applicant.user_id).values_list("kind", flat=True)
    assert list(kinds) == ["lowcode.approved"] * 2
    engine.cases()


def test_of_many_signatures_the_refused_ones_say_why(world: World):
    officer, leader = officer_of(world.tree.banner), make_actor("finance_leader", world.tree.banner)
    good_one = make_sheet(world.codes, world.unit, state="submitted")
    gone = make_sheet(world.codes, UnitFactory(region=world.tree.banner), state="submitted")
    held = [task_on(sheet, officer)[1] for sheet in (good_one, gone)]
    send_back(gone, "请核对", officer)
    outcomes = tasks.approve_many(officer, held)
    assert [bool(outcome.refusal) for outcome in outcomes] == [False, True]
    assert "already been decided" in outcomes[1].refusal
    assert (fresh(good_one).state, fresh(gone).state) == ("accepted", "returned")
    refused = tasks.approve_many(leader, held)
    assert all("not yours" in outcome.refusal for outcome in refused)


def test_what_a_compiled_region_cannot_take_in_stays_waiting(world: World):
    make_compilation(world.codes, world.tree.banner, "compiled")
    sheet = make_sheet(world.codes, world.unit, state="submitted")
    officer, task = task_on(sheet)
    (outcome,) = tasks.approve_many(officer, [task])
    assert "Open the compilation again" in outcome.refusal
    assert (fresh(sheet).state, Case.objects.get().state, CaseEvent.objects.filter(kind="approved").count()) == (
        "submitted",
        "running",
        0,
    )


def queries(work: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as caught:
        work()
    return len(caught)


def test_statements_do_not_grow_with_the_number_of_sheets(world: World):
    officer = officer_of(world.tree.banner)

    def waiting(number: int) -> list[int]:
        units = [UnitFactory(region=world.tree.banner) for _ in range(number)]
        rows = [BudgetSheet(unit=u, region=u.region, year_id=world.codes.year, state="submitted") for u in units]
        return [sheet.pk for sheet in BudgetSheet.objects.bulk_create(rows)]

    few, many = waiting(1), waiting(20)
    begun = [queries(lambda ids=ids: begin_cases_of(SYSTEM, ids, by_office=True)) for ids in (few, many)]
    assert begun[0] == begun[1]
    held = [Task.objects.filter(case__document_id__in=ids).select_related("case", "post") for ids in (few, many)]
    signed = [queries(lambda rows=rows: tasks.approve_many(officer, rows)) for rows in held]
    assert signed[1] <= signed[0]  # the first one makes the compilation too
    assert BudgetSheet.objects.filter(state="accepted").count() == 21


def test_what_was_handed_in_before_the_upgrade_gets_its_way_once(world: World):
    officer = officer_of(world.tree.banner)
    league = officer_of(world.tree.league)
    sheet = make_sheet(world.codes, world.unit, state="submitted")
    report = make_compilation(world.codes, world.tree.neighbour, "reported")
    Task.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("DELETE FROM lowcode_caseevent")
        cursor.execute("DELETE FROM lowcode_case")
        cursor.execute("SET LOCAL session_replication_role = origin")
    with pytest.raises(Exception, match="1 sheets and 1 reports"):
        selfchecks.handed_in()
    call_command("begin_cases", verbosity=0)
    assert begin_cases(SYSTEM) == (0, 0)
    assert selfchecks.handed_in()
    accept(sheet, officer)
    accept(report, league)
    assert fresh(sheet).state == "accepted"


def test_without_a_flow_nothing_is_handed_in(world: World):
    sheet = make_sheet(world.codes, world.unit)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("DELETE FROM lowcode_flowversion")
        cursor.execute("SET LOCAL session_replication_role = origin")
    with pytest.raises(RuleViolation, match="no approval flow"):
        services.submit_sheet(head_of(world.unit), sheet)
    assert fresh(sheet).state == "draft"


def test_a_progress_row_names_all_holders(world: World):
    officers = [officer_of(world.tree.banner) for _ in range(2)]
    fill_office(world.tree.banner)
    sheet = make_sheet(world.codes, world.unit, [line(world.codes)], state="submitted")
    unit = Unit.objects.get(pk=world.unit.pk)
    unit.is_missing, unit.sheets_of_round = False, [sheet]
    (shown,) = with_findings([unit], world.codes.year, UP)
    assert all(officer.name in shown.with_whom for officer in officers)
