"""批复: what a region compiled becomes authority of its units, to the cent."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db.models import Sum
from django.urls import reverse

from apps.accounts.tests.factories import client_of, make_actor
from apps.budget import services
from apps.budget.models import BudgetApproval, BudgetLine, BudgetSheet, RoundPlan
from apps.budget.tests.factories import fresh_compilation, line, make_compilation, make_sheet, officer_of, one_round
from apps.desk import services as desk
from apps.desk.models import Job
from apps.ledger.models import Authority, AuthorityDocument, Balance
from apps.ledger.tests.factories import load_chart
from apps.lowcode.models import Task
from apps.lowcode.services import tasks
from imbudget.kit.errors import NotAllowed, RuleViolation

HEAD = {
    "number": "新财预〔2027〕1号",
    "title": "关于批复2027年预算的通知",
    "dated": date(2027, 1, 25),
    "basis": "人大一次会议决议",
}


@pytest.fixture
def compiled(world):
    load_chart()
    call_command("load_flows", verbosity=0)
    codes = world.codes
    one_round(world.unit.region)
    make_sheet(
        codes, world.unit, [line(codes, "100.00"), line(codes, "250.50", department_economic=codes.office)], "accepted"
    )
    return make_compilation(codes, world.unit.region, "compiled")


@pytest.fixture
def officer(world):
    return officer_of(world.unit.region)


def approve(document, leader):
    task = Task.objects.get(case__document_id=document.pk, case__subject="ledger.document", state="open")
    tasks.approve(leader, task)


def test_every_accepted_line_becomes_authority_of_its_unit(world, compiled, officer):
    leader = make_actor("finance_leader", world.unit.region)
    document = services.draw_up_approval(officer, compiled, HEAD)
    assert not Authority.objects.exists()
    approve(document, leader)
    document.refresh_from_db()
    assert document.state == "posted"
    rows = Authority.objects.filter(document=document).order_by("department_economic__code")
    assert [
        (row.unit, row.department_economic.code, row.government_economic.code, row.balance.available) for row in rows
    ] == [
        (world.unit, "30101", "50101", Decimal("100.00")),
        (world.unit, "30201", "50201", Decimal("250.50")),
    ]
    assert Balance.objects.aggregate(total=Sum("available"))["total"] == compiled.snapshot.total
    kept = BudgetLine.objects.filter(unit=world.unit, round="second_down", sheet__state="accepted")
    assert sorted(kept.values_list("amount", flat=True)) == [Decimal("100.00"), Decimal("250.50")]
    assert BudgetApproval.objects.get().issued_at is not None


def test_a_year_is_approved_once(world, compiled, officer):
    services.draw_up_approval(officer, compiled, HEAD)
    with pytest.raises(RuleViolation):
        services.draw_up_approval(officer, compiled, HEAD | {"number": "新财预〔2027〕2号"})
    assert AuthorityDocument.objects.count() == 1


def test_only_the_regions_own_officer_draws_it_up(world, compiled):
    for stranger in (
        officer_of(world.neighbour_unit.region),
        officer_of(world.tree.league),
        make_actor("finance_leader", world.unit.region),
    ):
        with pytest.raises(NotAllowed):
            services.draw_up_approval(stranger, compiled, HEAD)


def test_nothing_is_approved_that_was_not_compiled(world, officer):
    load_chart()
    compilation = make_compilation(world.codes, world.unit.region, "open")
    with pytest.raises(NotAllowed):
        services.draw_up_approval(officer, fresh_compilation(compilation), HEAD)


def test_where_units_hand_in_twice_the_budget_is_approved_from_the_second_time(world, compiled, officer):
    RoundPlan.objects.update(has_second_up=True)
    with pytest.raises(NotAllowed, match="second time"):
        services.draw_up_approval(officer, compiled, HEAD)
    RoundPlan.objects.all().delete()  # without a timetable a region runs all rounds
    with pytest.raises(NotAllowed, match="second time"):
        services.draw_up_approval(officer, compiled, HEAD)
    assert not Authority.objects.exists()


def test_a_round_that_was_brought_in_approved_is_not_approved_again(world, compiled, officer):
    BudgetSheet.objects.create(unit=world.unit, region=world.unit.region, year_id=2027, round="second_down")
    with pytest.raises(RuleViolation):
        services.draw_up_approval(officer, compiled, HEAD)
    assert not AuthorityDocument.objects.exists()


def test_a_long_round_is_drawn_up_by_a_job(world, compiled, monkeypatch):
    monkeypatch.setattr("apps.budget.selectors.approvals.LONG", 0)
    client = client_of("banner_officer", world.unit.region)
    address = reverse("budget:compilation_approve", args=[compiled.pk])
    leader = client_of("finance_leader", world.unit.region)
    assert leader.post(address, HEAD | {"dated": "2027-01-25"}).status_code == 403
    assert not Job.objects.exists()
    response = client.post(address, HEAD | {"dated": "2027-01-25"})
    job = Job.objects.get()
    assert response.url == job.get_absolute_url()
    assert not AuthorityDocument.objects.exists()
    desk.run(job.pk)
    document = AuthorityDocument.objects.get()
    job.refresh_from_db()
    assert job.result["url"] == document.get_absolute_url()
    assert (document.state, document.dated, document.total) == ("submitted", HEAD["dated"], Decimal("350.50"))
