"""Publishing tells where one person alone holds the posts of two steps: nobody could act at the second one."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import Post, User
from apps.accounts.tests.factories import sign_in
from apps.lowcode.flow.sentences import ROLE_LABELS
from apps.lowcode.models import FlowDefinition
from apps.lowcode.selectors.clashes import Clash
from apps.lowcode.services import flows
from apps.lowcode.tests.approving import SUBJECT, SYSTEM, Office, division_of, make_office
from apps.lowcode.tests.flows import GRASS, LARGE, branch, definition, step
from apps.lowcode.words import Words
from apps.regions.tests.factories import UnitFactory
from imbudget.kit.testing import html

pytestmark = pytest.mark.django_db
HEAD, DEPARTMENT = step("head", "unit_head"), step("department", "department_reviewer")
OFFICE, LEADER = step("office", "finance_office"), step("leader", "finance_leader")
NAMED = {"kind": "post", "role": "finance_leader", "node": {"type": "region", "code": "150102"}}


@pytest.fixture
def office(monkeypatch: Any) -> Office:
    return make_office(monkeypatch)


def user(actor: Any) -> User:
    return User.objects.get(pk=actor.user_id)


def drafted(office: Office, *steps: Any) -> FlowDefinition:
    body = definition(*steps)
    return flows.create_flow(SYSTEM, region=office.tree.banner, subject=SUBJECT, name=Words("旗流程"), body=body)


def clashes(office: Office, *steps: Any) -> list[Clash]:
    return flows.publish_flow(SYSTEM, drafted(office, *steps)).clashes


def told(found: list[Clash]) -> list[tuple[str, str, tuple[str, ...], str]]:
    return [(str(one.first), str(one.second), one.people, one.place) for one in found]


def test_different_people_are_no_clash(office: Office):
    office.another("finance_leader", office.tree.banner)
    assert clashes(office, HEAD, DEPARTMENT, OFFICE, LEADER) == []


def test_one_person_in_a_post_of_the_unit_and_one_of_the_office(office: Office):
    office.another("finance_leader", office.tree.banner, user(office.head))
    found = clashes(office, HEAD, DEPARTMENT, LEADER)
    assert told(found) == [("步骤head", "步骤leader", (office.head.name,), office.unit.name)]
    assert (found[0].first_role, found[0].second_role, str(found[0].region)) == (
        "unit_head",
        "finance_leader",
        "新城区",
    )


def test_a_second_holder_of_the_later_post_is_enough(office: Office):
    office.another("finance_leader", office.tree.banner, user(office.officer))
    office.another("finance_leader", office.tree.banner)
    assert clashes(office, OFFICE, LEADER) == []


@pytest.mark.parametrize(("mode", "expected"), [("any", 0), ("all", 1), ("turn", 1)])
def test_a_second_holder_of_the_earlier_post_is_enough_where_one_signs(office: Office, mode: str, expected: int):
    office.another("finance_leader", office.tree.banner, user(office.officer))
    office.another("banner_officer", office.tree.banner)
    assert len(clashes(office, step("office", "finance_office", mode=mode), LEADER)) == expected


def test_two_people_who_both_have_signed_before(office: Office):
    second = office.another("banner_officer", office.tree.banner)
    for one in (office.officer, second):
        office.another("finance_leader", office.tree.banner, user(one))
    (found,) = clashes(office, step("office", "finance_office", mode="all"), LEADER)
    assert set(found.people) == {office.officer.name, second.name}


def test_steps_that_no_document_passes_both_are_no_clash(office: Office):
    office.another("finance_leader", office.tree.banner, user(office.officer))
    apart = branch("size", (LARGE, [LEADER]), (None, [OFFICE]))
    assert clashes(office, HEAD, apart) == []
    flow = FlowDefinition.objects.get(region=office.tree.banner)
    never_both = definition(HEAD, OFFICE | {"when": GRASS}, LEADER | {"when": {"not": GRASS}})
    flows.save_flow(SYSTEM, flow, body=never_both)
    assert flows.publish_flow(SYSTEM, flow).clashes == []
    flows.save_flow(SYSTEM, flow, body=definition(HEAD, branch("size", (LARGE, [OFFICE]), (None, [])), LEADER))
    assert len(flows.publish_flow(SYSTEM, flow).clashes) == 1  # before and after a branch


def test_a_post_named_by_its_place(office: Office):
    office.another("finance_leader", office.tree.banner, user(office.officer))
    assert told(clashes(office, OFFICE, LEADER | {"approvers": NAMED})) == [
        ("步骤office", "步骤leader", (office.officer.name,), "新城区")
    ]


def test_a_reviewer_above_the_division_of_a_unit(office: Office):
    division = division_of(office.unit.department)
    unit = UnitFactory(region=office.tree.banner, department=division)
    office.another("unit_head", unit, user(office.reviewer))
    assert told(clashes(office, HEAD, DEPARTMENT)) == [
        ("步骤head", "步骤department", (office.reviewer.name,), unit.name)
    ]


def test_many_places_are_told_in_one_line_and_in_few_queries(office: Office, django_assert_max_num_queries: Any):
    office.another("department_reviewer", office.unit.department, user(office.head))
    Post.objects.filter(pk=office.reviewer.post_id).delete()
    for _number in range(5):
        unit = UnitFactory(region=office.tree.banner, department=office.unit.department)
        office.another("unit_head", unit, user(office.head))
    flow = drafted(office, HEAD, DEPARTMENT)
    with django_assert_max_num_queries(40):
        (found,) = flows.publish_flow(SYSTEM, flow).clashes
    assert found.count == 6


def test_the_page_says_who_at_which_steps_before_and_after_it_is_published(office: Office):
    office.another("finance_leader", office.tree.banner, user(office.officer))
    flow = drafted(office, OFFICE, LEADER)
    browser = sign_in(Client(), user(office.officer), Post.objects.get(pk=office.officer.post_id))
    address = reverse("lowcode:flow_publish", args=[flow.pk])
    page = browser.get(address)
    (said,) = page.context["clashes"]
    for word in (office.officer.name, "步骤office", "步骤leader", str(ROLE_LABELS["finance_leader"]), "新城区"):
        assert word in said
    assert said in html.text(page)
    assert said in html.text(browser.post(address, follow=True))
    assert flow.versions.get().state == "published"
