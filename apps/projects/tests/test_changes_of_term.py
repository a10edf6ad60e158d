"""A stored project whose term is shortened: nothing of it is left behind the new end."""

from typing import Any

import pytest
from django.urls import reverse

from apps.accounts.tests.factories import client_of
from apps.projects import services
from apps.projects.models import ChangeState, Milestone, Project, ProjectChange
from apps.projects.selectors.proposals import differences_of
from apps.projects.services import BadRows
from apps.projects.tests.applications import again, rows_of
from apps.projects.tests.offices import Office
from apps.projects.tests.test_changes import MORE, approve, ask, stored  # noqa: F401 - a fixture
from imbudget.kit.errors import RuleViolation

pytestmark = pytest.mark.django_db
FIRST = rows_of()["milestones"][0]
SECOND = {"content": "管护", "starts": "2028-04-01", "ends": "2028-10-31", "goal": "成活率达标"}


@pytest.fixture
def long(office: Office, stored: Project) -> Project:  # noqa: F811
    """A project of two years, with a milestone in each."""
    change = ask(office, stored, end_year=2028, parts={"milestones": [FIRST, SECOND]})
    services.submit_change(office.clerk, change)
    approve(office)
    assert [row.content for row in again(stored).milestones.order_by("number")] == ["补播", "管护"]
    return again(stored)


def refused(office: Office, project: Project, **values: Any) -> set[str]:
    change = ask(office, project, **values)
    with pytest.raises(BadRows) as refusal:
        services.submit_change(office.clerk, change)
    assert ProjectChange.objects.get(pk=change.pk).state == ChangeState.DRAFT
    services.withdraw_change(office.clerk, change)
    return set(refusal.value.errors)


def test_the_schedule_is_changed_with_the_term(office, long):
    assert refused(office, long, parts={}, end_year=2027) == {"milestones.2.starts", "milestones.2.ends"}
    change = ask(office, long, parts={"milestones": [FIRST]}, end_year=2027)
    assert {(row.field, row.kind) for row in differences_of(change)} == {
        ("end_year", "changed"),
        ("milestones", "removed"),
    }
    services.submit_change(office.clerk, change)
    approve(office)
    assert again(long).end_year == 2027
    assert [row.content for row in again(long).milestones.all()] == ["补播"]


@pytest.mark.parametrize(
    ("cells", "places"),
    [
        ({"ends": "2029-01-31"}, {"milestones.2.ends"}),
        ({"starts": "2026-12-31"}, {"milestones.2.starts"}),
        ({"starts": "2028-11-01"}, {"milestones.2.ends"}),
        ({"ends": ""}, {"milestones.2.ends"}),
        ({"content": ""}, {"milestones.2.content"}),
    ],
)
def test_a_milestone_is_whole_and_lies_in_the_term(office, long, cells, places):
    assert refused(office, long, parts={"milestones": [FIRST, SECOND | cells]}) == places


def test_money_and_costs_behind_the_new_end_are_found(office, long):
    both = {name: [*MORE[name], *rows_of("100000.00", 2028)[name]] for name in ("funding", "costs")}
    services.submit_change(office.clerk, ask(office, long, parts=both))
    approve(office)
    nothing = [*MORE["costs"], rows_of("0", 2028)["costs"][0]]
    for parts in ({"milestones": [FIRST]}, MORE | {"milestones": [FIRST], "costs": nothing}):
        change = ask(office, again(long), parts=parts, end_year=2027)
        with pytest.raises(RuleViolation, match="2028 lies outside the term"):
            services.submit_change(office.clerk, change)
        services.withdraw_change(office.clerk, change)


def test_a_request_from_before_schedules_could_change_is_held_to_the_term_at_its_end(office, long):
    change = ask(office, long)
    services.submit_change(office.clerk, change)
    body = ProjectChange.objects.get(pk=change.pk).body
    for side in ("before", "after"):
        del body[side]["milestones"]
    ProjectChange.objects.filter(pk=change.pk).update(body=body)
    office.approve(office.head)
    office.approve(office.department)
    Milestone.objects.filter(project=long, number=2).update(ends="2029-01-31")
    with pytest.raises(RuleViolation, match="2029-01-31 lies outside the term"):
        office.approve(office.finance)
    assert str(again(long).total) == "800000.00"
    Milestone.objects.filter(project=long, number=2).update(ends="2028-10-31")
    office.approve(office.finance)
    assert str(again(long).total) == "900000.00"
    assert again(long).milestones.count() == 2


def test_the_page_of_a_request_holds_the_schedule(world, long):
    clerk = client_of("unit_clerk", world.unit)
    address = reverse("projects:change_new", args=[long.pk])
    assert 'value="2028-10-31"' in clerk.get(address).content.decode()
    sent = {"reason": "提前完成", "end_year": "2027", "targets": "", "parts": ["milestones"]}
    sent |= {f"milestones-0-{name}": value for name, value in FIRST.items()}
    change = clerk.post(address, sent)
    assert change.status_code == 302
    page = clerk.get(change.url).content.decode()
    assert "管护" in page
    edit = clerk.get(reverse("projects:change_edit", args=[ProjectChange.objects.latest("pk").pk])).content.decode()
    assert 'value="2027-08-31"' in edit
    assert "管护" not in edit
