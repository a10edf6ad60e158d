"""A finance office states its expenditure standards, its leader approves them, and then basic expenditure follows."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from apps.accounts.tests.factories import client_of, make_actor
from apps.budget import services
from apps.budget.models import ExpenditureStandard, StaffCategory, StandardChange
from apps.budget.selectors.basic import basic_expenditure
from apps.budget.tests.factories import clerk_of, officer_of
from apps.budget.tests.rows import make_category, make_staff, make_standard, make_standard_change
from apps.codes.models import FiscalYear, YearState
from apps.evidence.models import Entry
from apps.lowcode.models import Task
from apps.lowcode.services import tasks
from apps.projects.tests.offices import Office, make_office
from imbudget.kit.actor import Actor
from imbudget.kit.errors import NotAllowed, RuleViolation
from imbudget.kit.testing import html

pytestmark = pytest.mark.django_db
SOURCE = "卓财预〔2026〕12号"


@pytest.fixture
def office() -> Office:
    return make_office()


@pytest.fixture
def leader(office: Office) -> Actor:
    return make_actor("finance_leader", office.world.tree.banner)


@pytest.fixture
def category(office: Office) -> StaffCategory:
    return make_category()


def state(office: Office, category: StaffCategory | None, amount: str = "3000.00", **values: Any) -> StandardChange:
    given = {"kind": "public", "economic": "30201", "category": category, "nature": "", "amount": Decimal(amount)}
    given |= {"valid_from": 2027, "valid_to": 9999, "source": SOURCE}
    returned = values.pop("returned", None)
    return services.state_standard(office.finance, office.world.tree.banner, given | values, returned)


def test_a_standard_holds_once_the_leader_has_approved(office, leader, category):
    make_staff(office.world, 10, category=category)
    make_standard("30201", "1000.00", category=category, region=office.world.tree.root, kind="public")
    change = state(office, category)
    assert basic_expenditure(office.world.unit, 2027).total == Decimal("10000.00")
    assert set(Task.objects.filter(state="open").values_list("user_id", flat=True)) == {leader.user_id}
    office.approve(leader)
    assert basic_expenditure(office.world.unit, 2027).total == Decimal("30000.00")
    change.refresh_from_db()
    made = ExpenditureStandard.objects.get(region=office.world.tree.banner)
    assert (change.state, made.source, made.is_verified, made.kind) == ("in_force", SOURCE, True, "public")
    assert made.history.latest().history_user_id == leader.user_id
    assert [*change.history.values_list("state", flat=True)] == ["in_force", "submitted"]
    events = ["budget.standard_stated", "budget.standard_saved", "budget.standard_approved"]
    assert [*Entry.objects.filter(event__in=events).order_by("pk").values_list("event", flat=True)] == events


def test_one_in_force_gets_another_amount_and_the_record_says_from_what(office, leader, category):
    held = make_standard("30201", "1000.00", category=category, region=office.world.tree.banner, kind="public")
    ExpenditureStandard.objects.update(valid_from=2027)
    change = state(office, category)
    assert change.before == Decimal("1000.00")
    office.approve(leader)
    held.refresh_from_db()
    assert (held.amount, ExpenditureStandard.objects.count()) == (Decimal("3000.00"), 1)
    record = Entry.objects.get(event="budget.standard_saved", subject_id=str(held.pk))
    assert record.facts["changes"]["amount"] == ["1000.00", "3000.00"]
    with pytest.raises(RuleViolation, match="in force already"):
        state(office, category)


def test_what_is_returned_is_mended_and_handed_in_again(office, leader, category):
    change = state(office, category)
    tasks.send_back(leader, office.hold(leader), reason="与文件不符", fields=["amount"])
    change.refresh_from_db()
    assert (change.state, change.return_reason) == ("returned", "与文件不符")
    again = state(office, category, "2800.00", returned=change)
    assert (again.pk, again.state, again.return_reason, again.amount) == (
        change.pk,
        "submitted",
        "",
        Decimal("2800.00"),
    )
    with pytest.raises(NotAllowed):
        state(office, category, "1.00", returned=again)
    office.approve(leader)
    assert ExpenditureStandard.objects.get().amount == Decimal("2800.00")


def test_what_is_refused_leaves_everything_as_it_is(office, leader, category):
    change = state(office, category)
    tasks.reject(leader, office.hold(leader), reason="不同意")
    change.refresh_from_db()
    assert (change.state, ExpenditureStandard.objects.exists()) == ("refused", False)
    assert state(office, category).pk != change.pk


def test_only_the_office_of_the_region_states_its_standards(office, leader, category):
    world = office.world
    others = [
        clerk_of(world.unit),
        leader,
        officer_of(world.tree.neighbour),
        make_actor("region_officer", world.tree.root),
    ]
    values = {"kind": "public", "economic": "30201", "category": category, "nature": "", "amount": Decimal(1)}
    values |= {"valid_from": 2027, "valid_to": 9999, "source": SOURCE}
    for actor in others:
        with pytest.raises(NotAllowed):
            services.state_standard(actor, world.tree.banner, values)
    assert not StandardChange.objects.exists()


def test_whoever_stated_it_does_not_approve_it(office, category):
    """An officer who is the leader as well: the document waits for somebody else."""
    from apps.accounts.models import User

    person = User.objects.get(pk=office.finance.user_id)
    make_actor("finance_leader", office.world.tree.banner, person)
    state(office, category)
    assert not Task.objects.filter(user_id=person.pk).exists()


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"source": ""}, "Name the document"),
        ({"valid_from": 2030}, "does not exist"),
        ({"valid_from": 2027, "valid_to": 2026}, "before the first"),
        ({"economic": "302"}, "last level"),
        ({"economic": "99999"}, "last level"),
        ({"amount": Decimal("-1.00")}, "below zero"),
        ({"nature": "x"}, "x"),
    ],
)
def test_standards_that_cannot_be_are_refused(office, category, values, reason):
    with pytest.raises(RuleViolation, match=reason):
        state(office, category, **values)
    assert not StandardChange.objects.exists()


def test_what_a_closed_year_was_computed_by_stays(office, leader, category):
    state(office, category)
    FiscalYear.objects.filter(pk=2027).update(state=YearState.CLOSED)
    with pytest.raises(RuleViolation, match="closed"):
        state(office, None)
    with pytest.raises(RuleViolation, match="closed"):  # it has closed while the standard was under approval
        office.approve(leader)
    assert not ExpenditureStandard.objects.exists()


def test_one_standard_is_under_way_once(office, category):
    state(office, None)
    with pytest.raises(RuleViolation, match="under way"):
        state(office, None, "1.00")
    state(office, category)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_standard_change(office.world, economic="30201", category=None)


def test_one_row_is_not_changed_past_the_approval(office, category):
    row = make_standard("30201", "1.00", category=category)
    row.amount = Decimal(2)
    with pytest.raises(NotAllowed, match="for approval"):
        services.save_base_row(make_actor("system_admin", office.world.tree.root), row)
    admin = client_of("system_admin", office.world.tree.root)
    assert admin.get(reverse("admin:budget_expenditurestandard_add")).status_code == 403
    page = reverse("admin:budget_expenditurestandard_change", args=[row.pk])
    assert (admin.get(page).status_code, admin.post(page, {"amount": "9"}).status_code) == (200, 403)
    assert admin.get(reverse("admin:budget_expenditurestandard_import")).status_code == 200
    assert ExpenditureStandard.objects.get().amount == Decimal("1.00")


def test_the_pages(office, leader, category):
    banner, neighbour = office.world.tree.banner, office.world.tree.neighbour
    root = make_standard("30201", "900.00", category=category, region=office.world.tree.root)
    other = make_standard("30201", "800.00", category=category, region=neighbour)
    officer, address = client_of("banner_officer", banner), reverse("budget:standard_edit")
    values = {"kind": "public", "economic": "30201", "category": category.pk, "nature": "", "amount": "1,200"}
    values |= {"valid_from": "2027", "valid_to": "", "source": SOURCE}
    assert officer.post(address, values | {"economic": "302", "amount": "x"}).status_code == 422
    answer = officer.post(address, values)
    change = StandardChange.objects.get()
    assert (answer.status_code, answer.url, change.amount) == (302, change.get_absolute_url(), Decimal("1200.00"))
    assert officer.post(address, values).status_code == 422  # one at a time
    assert "1,200.00" in html.text(officer.get(answer.url))
    shown = officer.get(reverse("budget:standards"), {"year": 2027})
    assert [row["object"].pk for row in shown.context["rows"]] == [root.pk]
    assert [row.pk for row in shown.context["waiting"]] == [change.pk]
    assert "等待审批的支出标准" in html.text(shown)
    assert officer.get(reverse("budget:standards"), {"year": 2027}, headers={"HX-Request": "true"}).status_code == 200
    assert [officer.get(row.get_absolute_url()).status_code for row in (root, other)] == [200, 404]
    tasks.send_back(leader, office.hold(leader), reason="请附文件", fields=["source"])
    assert "请附文件" in html.text(officer.get(answer.url))
    mended = officer.post(f"{address}?change={change.pk}", values | {"amount": "1100"})
    assert (mended.url, StandardChange.objects.get().amount) == (answer.url, Decimal("1100.00"))
    stranger = client_of("banner_officer", neighbour)
    assert stranger.get(change.get_absolute_url()).status_code == 404
    assert stranger.get(f"{address}?change={change.pk}").status_code == 404
    clerk = client_of("unit_clerk", office.world.unit)
    assert (clerk.get(address).status_code, clerk.get(reverse("budget:standards")).status_code) == (403, 200)


def test_one_in_force_is_stated_anew_from_its_page(office, category):
    own = make_standard("30201", "900.00", category=category, region=office.world.tree.banner, valid_from=2027)
    officer = client_of("banner_officer", office.world.tree.banner)
    page = officer.get(own.get_absolute_url())
    act = page.context["acts"][0]
    form = officer.get(act.href).context["form"]
    assert (form["amount"].initial, form["valid_from"].initial) == (Decimal("900.00"), 2027)
    clerk = client_of("unit_clerk", office.world.unit)
    assert clerk.get(own.get_absolute_url()).context["acts"] == []
