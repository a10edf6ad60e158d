"""Head counts are stated by their unit, approved by finance, and in force from their day on."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.accounts.tests.factories import client_of
from apps.budget import services
from apps.budget.models import StaffCategory, StaffChange, StaffCount
from apps.budget.tasks import enforce_due
from apps.budget.tests.factories import clerk_of, head_of, officer_of
from apps.budget.tests.rows import make_category, make_staff, make_staff_change
from apps.codes.models import FiscalYear, YearState
from apps.evidence.models import Entry
from apps.lowcode.models import Task
from apps.lowcode.services import tasks
from apps.projects.tests.offices import Office, make_office
from apps.regions.tests.factories import UnitFactory
from imbudget.kit.errors import NotAllowed, RuleViolation

pytestmark = pytest.mark.django_db
DAY = date(2026, 6, 30)
IN_FORCE = date(2026, 7, 1)


@pytest.fixture
def office() -> Office:
    return make_office()


@pytest.fixture
def category(office: Office) -> StaffCategory:
    return make_category()


def state(office: Office, counts: dict[int, int | None], **values: Any) -> StaffChange:
    given = {"as_of": DAY, "in_force": IN_FORCE} | values
    return services.state_staff_counts(office.clerk, office.world.unit, 2027, counts, **given)


def test_they_count_once_finance_has_approved(office: Office, category: StaffCategory):
    retired = make_category("retired", "退休人员")
    make_staff(office.world, 4, category=retired)
    change = state(office, {category.pk: 5, retired.pk: None}, source="编办核定")
    assert change.counts == {"servant": [None, 5], "retired": [4, None]}
    assert StaffCount.objects.get().people == 4
    office.approve(office.finance)
    change.refresh_from_db()
    row = StaffCount.objects.get()
    assert (row.category, row.people, row.as_of, row.source) == (category, 5, DAY, "编办核定")
    assert (change.state, change.region_id) == ("in_force", office.world.tree.banner.pk)
    assert StaffCount.history.latest("history_id").history_user_id == office.finance.user_id
    assert [*change.history.values_list("state", flat=True)] == ["in_force", "approved", "submitted"]
    events = ["budget.staff_submitted", "budget.staff_approved", "budget.staff_saved"]
    assert [*Entry.objects.filter(event__in=events).order_by("pk").values_list("event", flat=True)] == events


def test_approved_ones_wait_for_their_day(office: Office, category: StaffCategory):
    day = timezone.localdate() + timedelta(days=10)
    change = state(office, {category.pk: 5}, in_force=day)
    office.approve(office.finance)
    change.refresh_from_db()
    assert (change.state, StaffCount.objects.exists(), enforce_due()) == ("approved", False, 0)
    with pytest.raises(RuleViolation, match="under way"):
        state(office, {category.pk: 6})
    StaffChange.objects.update(in_force=timezone.localdate())
    assert (enforce_due(), enforce_due(), StaffCount.objects.get().people) == (1, 0, 5)


def test_what_is_returned_is_mended_and_handed_in_again(office: Office, category: StaffCategory):
    change = state(office, {category.pk: 5})
    tasks.send_back(office.finance, office.hold(office.finance), reason="与编制数不符", fields=["counts"])
    change.refresh_from_db()
    assert (change.state, change.return_reason) == ("returned", "与编制数不符")
    again = state(office, {category.pk: 3})
    assert (again.pk, again.counts, again.return_reason) == (change.pk, {"servant": [None, 3]}, "")
    office.approve(office.finance)
    assert StaffCount.objects.get().people == 3


def test_what_is_refused_leaves_everything_as_it_is(office: Office, category: StaffCategory):
    change = state(office, {category.pk: 5})
    tasks.reject(office.finance, office.hold(office.finance), reason="不同意")
    change.refresh_from_db()
    assert (change.state, StaffCount.objects.exists()) == ("refused", False)
    assert state(office, {category.pk: 6}).pk != change.pk


def test_the_unit_alone_states_them_and_nobody_else_decides(office: Office, category: StaffCategory):
    world = office.world
    colleague = officer_of(world.tree.banner)
    for actor in (head_of(world.unit), clerk_of(world.neighbour_unit), colleague):
        with pytest.raises(NotAllowed):
            services.state_staff_counts(actor, world.unit, 2027, {category.pk: 5}, as_of=DAY, in_force=IN_FORCE)
    state(office, {category.pk: 5})
    asked = set(Task.objects.filter(state="open").values_list("user_id", flat=True))
    assert asked == {office.finance.user_id, colleague.user_id}


def test_days_numbers_and_years_that_cannot_be_are_refused(office: Office, category: StaffCategory):
    make_staff(office.world, 5)
    tomorrow = timezone.localdate() + timedelta(days=1)
    bad = [({"as_of": tomorrow, "in_force": tomorrow}, 6), ({"in_force": DAY - timedelta(days=1)}, 6), ({}, 5)]
    for values, people in [*bad, ({}, 1_000_001), ({}, -1)]:
        with pytest.raises(RuleViolation):
            state(office, {category.pk: people}, **values)
    FiscalYear.objects.filter(pk=2027).update(state=YearState.CLOSED)
    with pytest.raises(RuleViolation):
        state(office, {category.pk: 6})
    assert not StaffChange.objects.exists()


def test_the_pages(office: Office, category: StaffCategory):
    unit, address = office.world.unit, reverse("budget:staff_edit")
    client = client_of("unit_clerk", unit)
    values = {"as_of": "2026-06-30", "in_force": "2026-07-01", f"count_{category.pk}": "12", "source": ""}
    assert client.post(address, values | {"as_of": "x", f"count_{category.pk}": "-1"}).status_code == 422
    answer = client.post(address, values)
    change = StaffChange.objects.get()
    assert (answer.status_code, answer.url) == (302, change.get_absolute_url())
    assert "12" in client.get(answer.url).content.decode()
    assert client.post(address, values).status_code == 422  # one at a time
    officer = client_of("banner_officer", office.world.tree.banner)
    shown = officer.get(reverse("budget:staff_changes")).context["rows"]
    assert [row["object"].pk for row in shown] == [change.pk]
    stranger = client_of("banner_officer", office.world.tree.neighbour)
    assert stranger.get(change.get_absolute_url()).status_code == 404
    assert not stranger.get(reverse("budget:staff_changes")).context["rows"]


def test_the_list_asks_no_more_for_more_rows(office: Office):
    officer, counts = client_of("banner_officer", office.world.tree.banner), []
    for _number in range(2):
        make_staff_change(office.world, unit=UnitFactory(region=office.world.tree.banner))
        with CaptureQueriesContext(connection) as caught:
            officer.get(reverse("budget:staff_changes"))
        counts.append(len(caught))
    assert counts[0] == counts[1]
