"""Requests to change or to end a stored project: compared, approved by a flow, carried out once, versioned."""

from decimal import Decimal
from typing import Any

import pytest

from apps.accounts.tests.factories import make_actor
from apps.budget.tests.factories import clerk_of, head_of, officer_of
from apps.codes.models import YearState
from apps.codes.services import put_year
from apps.lowcode.models import Task
from apps.lowcode.services import tasks
from apps.projects import services
from apps.projects.models import ChangeState, Project, ProjectChange, ProjectSetting, ProjectState, ProjectVersion
from apps.projects.selectors.proposals import differences_of
from apps.projects.services import BadRows, StaleRevision
from apps.projects.tests.applications import again, apply_for, rows_of
from apps.projects.tests.offices import Office
from imbudget.kit.actor import system_actor
from imbudget.kit.errors import NotAllowed, RuleViolation

pytestmark = pytest.mark.django_db
MORE = {name: rows_of("900000.00")[name] for name in ("funding", "costs")}


@pytest.fixture
def stored(office: Office) -> Project:
    project = apply_for(office.world, actor=office.clerk)
    services.submit_project(office.clerk, project)
    office.approve_all()
    services.store_project(system_actor(), again(project))
    ProjectSetting.objects.create(region=office.world.tree.root, review_threshold="5000000")
    return again(project)


def ask(office: Office, project: Project, **values: Any) -> ProjectChange:
    return services.request_change(office.clerk, project, **{"reason": "物价上涨", "parts": MORE, **values})


def approve(office: Office) -> None:
    office.approve(office.head)
    office.approve(office.department)
    office.approve(office.finance)


def test_a_change_is_carried_out_when_the_last_step_has_approved(office, stored):
    change = ask(office, stored, end_year=2028, targets="补播面积增加")
    assert (change.number, change.amount, change.state) == (1, Decimal("900000.00"), ChangeState.DRAFT)
    found = {(row.field, row.kind) for row in differences_of(change)}
    assert found == {(name, "changed") for name in ("end_year", "total", "funding", "costs")}
    services.submit_change(office.clerk, change)
    assert again(stored).total == Decimal("800000.00")
    approve(office)
    changed = again(stored)
    assert (changed.total, changed.end_year, changed.state) == (Decimal("900000.00"), 2028, ProjectState.STORED)
    assert changed.costs.get().government_economic.code == "50201"
    change.refresh_from_db()
    assert change.state == ChangeState.APPLIED
    version = ProjectVersion.objects.order_by("-number").first()
    assert (version.reason, version.body["change"]["targets"]) == ("changed", "补播面积增加")
    assert ask(office, changed, parts={}, end_year=2029).number == 2


def test_more_money_than_the_threshold_goes_to_review_again(office, stored):
    large = {name: rows_of("9000000.00")[name] for name in ("funding", "costs")}
    services.submit_change(office.clerk, ask(office, stored, parts=large))
    approve(office)
    assert (again(stored).total, again(stored).state) == (Decimal("9000000.00"), ProjectState.REVIEW_PENDING)


def test_a_termination_ends_the_project(office, stored):
    change = services.request_termination(office.clerk, stored, reason="规划调整")
    services.submit_change(office.clerk, change)
    approve(office)
    assert again(stored).state == ProjectState.TERMINATED
    with pytest.raises(NotAllowed):
        ask(office, again(stored))


UNSOUND = [
    ({"parts": {}}, "changes nothing"),
    ({"parts": {"funding": MORE["funding"]}}, "a gap of"),
    ({"parts": {}, "end_year": 2026}, "before the first"),
    ({"parts": rows_of("900000.00", 2029) | {"milestones": []}}, "2029 lies outside the term"),
    ({"parts": MORE | {"milestones": []}}, "missing"),
    ({"parts": {"funding": [], "costs": []}}, "no money left"),
]


def test_an_unsound_request_is_not_handed_in(office, stored):
    for values, reason in UNSOUND:
        change = ask(office, stored, **values)
        with pytest.raises(RuleViolation, match=reason):
            services.submit_change(office.clerk, change)
        change.refresh_from_db()
        assert change.state == ChangeState.DRAFT
        services.withdraw_change(office.clerk, change)
    assert not Task.objects.filter(state="open").exists()


def test_amounts_of_a_closed_year_stay_as_they_are(office, stored):
    put_year(system_actor(), 2027, {"state": YearState.CLOSED, "compiling": False})
    change = ask(office, stored)
    with pytest.raises(RuleViolation, match="closed"):
        services.submit_change(office.clerk, change)


def test_cells_that_cannot_be_read_are_named(office, stored):
    with pytest.raises(BadRows) as refusal:
        ask(office, stored, parts={"funding": [{"year": 2027, "amount": "九十万"}]})
    assert list(refusal.value.errors) == ["funding.1.amount"]
    assert not ProjectChange.objects.exists()


def test_there_is_one_open_request_at_a_time(office, stored):
    change = ask(office, stored)
    with pytest.raises(RuleViolation, match="open request"):
        services.request_termination(office.clerk, stored, reason="规划调整")
    services.withdraw_change(office.clerk, change)
    assert change.state == ChangeState.WITHDRAWN
    services.request_termination(office.clerk, stored, reason="规划调整")


def test_a_returned_request_is_mended_and_handed_in_again(office, stored):
    change = ask(office, stored)
    services.submit_change(office.clerk, change)
    with pytest.raises(NotAllowed):
        services.save_change(office.clerk, change, revision=1, reason="x")
    tasks.send_back(office.head, office.hold(office.head), reason="请说明", fields=["funding"])
    change = ProjectChange.objects.get(pk=change.pk)
    assert (change.state, change.return_reason) == (ChangeState.RETURNED, "请说明")
    services.save_change(office.clerk, change, revision=1, reason="补充说明", parts=MORE)
    with pytest.raises(StaleRevision):
        services.save_change(office.clerk, change, revision=1, reason="y")
    services.submit_change(office.clerk, change)
    approve(office)
    assert again(stored).total == Decimal("900000.00")


def test_a_refused_request_leaves_the_project_as_it_is(office, stored):
    change = ask(office, stored)
    services.submit_change(office.clerk, change)
    tasks.reject(office.head, office.hold(office.head), reason="不同意")
    change.refresh_from_db()
    assert change.state == ChangeState.REFUSED
    assert again(stored).total == Decimal("800000.00")


def test_a_request_that_was_handed_in_is_taken_back(office, stored):
    change = ask(office, stored)
    services.submit_change(office.clerk, change)
    services.withdraw_change(office.clerk, change)
    assert change.state == ChangeState.WITHDRAWN
    assert not Task.objects.filter(state="open", case__subject="projects.change").exists()


def test_only_the_unit_asks_for_a_change_and_only_of_what_is_stored(office, stored):
    world = office.world
    strangers = [
        head_of(world.unit),
        clerk_of(world.neighbour_unit),
        officer_of(world.tree.banner),
        make_actor("department_reviewer", world.unit.department),
    ]
    for actor in strangers:
        with pytest.raises(NotAllowed):
            services.request_change(actor, stored, reason="x", parts=MORE)
        with pytest.raises(NotAllowed):
            services.request_termination(actor, stored, reason="x")
    with pytest.raises(NotAllowed):
        ask(office, apply_for(world, name="另一个项目"))
    with pytest.raises(RuleViolation, match="Say why"):
        ask(office, stored, reason="")


def test_a_year_that_closes_meanwhile_keeps_its_money(office, stored):
    services.submit_change(office.clerk, ask(office, stored))
    office.approve(office.head)
    office.approve(office.department)
    put_year(system_actor(), 2027, {"state": YearState.CLOSED, "compiling": False})
    with pytest.raises(RuleViolation, match="2027 is closed"):
        office.approve(office.finance)
    assert again(stored).total == Decimal("800000.00")


def test_a_returned_request_that_is_taken_back_leaves_no_open_case(office, stored):
    change = ask(office, stored)
    services.submit_change(office.clerk, change)
    task = office.hold(office.head)
    tasks.send_back(office.head, task, reason="理由不足")
    services.withdraw_change(office.clerk, ProjectChange.objects.get())
    task.case.refresh_from_db()
    assert (ProjectChange.objects.get().state, task.case.state) == (ChangeState.WITHDRAWN, "withdrawn")


def test_taking_back_a_draft_that_was_handed_in_meanwhile_ends_its_case_too(office, stored):
    change = ask(office, stored)
    old = ProjectChange.objects.select_related("project").get()
    services.submit_change(office.clerk, change)
    services.withdraw_change(office.clerk, old)
    assert not Task.objects.filter(state="open").exists()


@pytest.mark.parametrize(
    ("part", "cells", "place"),
    [
        ("costs", {"function": ""}, "costs.1.function"),
        ("costs", {"content": ""}, "costs.1.content"),
        ("costs", {"function": "20101"}, "costs.1.function"),
        ("funding", {"fund": ""}, "funding.1.fund"),
    ],
)
def test_a_request_brings_no_bare_line_into_the_store(office, stored, part, cells, place):
    parts = {name: [row | (cells if name == part else {}) for row in rows] for name, rows in MORE.items()}
    change = ask(office, stored, parts=parts)
    with pytest.raises(BadRows) as refused:
        services.submit_change(office.clerk, change)
    assert set(refused.value.errors) == {place}
    assert ", line 1: " in str(refused.value)
