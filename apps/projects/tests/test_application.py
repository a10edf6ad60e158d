"""The way of an application through the shipped flow: handed in, ranked, returned, refused, approved, stored."""

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import User
from apps.accounts.tests.factories import make_actor
from apps.budget.tests.factories import clerk_of
from apps.evidence.models import Entry
from apps.lowcode.models import Case, FlowVersion, Task
from apps.lowcode.services import tasks
from apps.projects import services
from apps.projects.models import Project, ProjectSetting, ProjectState, ProjectVersion, Urgency, VersionReason
from apps.projects.selectors.versions import is_intact
from apps.projects.services import ChecksFailed
from apps.projects.tests.applications import again, apply_for
from apps.projects.tests.offices import Office
from imbudget.kit.errors import NotAllowed, RuleViolation

pytestmark = pytest.mark.django_db


@pytest.fixture
def project(office: Office) -> Project:
    return apply_for(office.world, actor=office.clerk)


def test_the_shipped_flows_are_published_once(office):
    shipped = FlowVersion.objects.filter(state="published", definition__subject__startswith="projects.")
    assert shipped.count() == 3
    call_command("load_flows")
    assert shipped.count() == 3


def test_an_application_goes_from_the_unit_to_the_store(office, project):
    ProjectSetting.objects.create(region=office.world.tree.root, review_threshold="1000000")
    version = services.submit_project(office.clerk, project)
    assert (version.number, version.reason, project.state) == (1, VersionReason.SUBMITTED, ProjectState.UNIT_REVIEW)
    office.approve(office.head)
    assert again(project).state == ProjectState.DEPARTMENT_REVIEW
    office.approve(office.department, asked={"urgency": Urgency.URGENT})
    assert (again(project).state, again(project).urgency) == (ProjectState.FINANCE_REVIEW, Urgency.URGENT)
    office.approve(office.finance)
    stored = again(project)
    assert stored.state == ProjectState.STORED
    assert stored.stored_at is not None
    assert [row.reason for row in ProjectVersion.objects.order_by("number")] == ["submitted", "stored"]
    assert stored.version == 2
    assert all(is_intact(row) for row in ProjectVersion.objects.all())
    events = set(Entry.objects.filter(subject_type="projects.Project").values_list("event", flat=True))
    assert {f"projects.{name}" for name in ("submitted", "ranked", "approved", "stored")} <= events


@pytest.mark.parametrize(
    ("threshold", "state"),
    [
        ("0", ProjectState.REVIEW_PENDING),
        ("800000.00", ProjectState.REVIEW_PENDING),
        ("800000.01", ProjectState.STORED),
    ],
)
def test_the_threshold_decides_on_expert_review(office, project, threshold, state):
    ProjectSetting.objects.create(region=office.world.tree.league, review_threshold=threshold)
    services.submit_project(office.clerk, project)
    office.approve_all()
    assert again(project).state == state


def test_what_waits_for_review_is_stored_by_it(office, project):
    services.submit_project(office.clerk, project)
    office.approve_all()
    services.store_project(office.finance, again(project))
    assert again(project).state == ProjectState.STORED


def test_checks_stop_the_hand_in_and_nothing_is_kept(office, project):
    saved = services.save_project(office.clerk, project, revision=project.revision, fields={"necessity": ""})
    assert saved.errors == {}
    with pytest.raises(ChecksFailed) as refusal:
        services.submit_project(office.clerk, project)
    assert [finding.field for finding in refusal.value.findings] == ["necessity"]
    assert not ProjectVersion.objects.exists()
    assert not Case.objects.exists()


def test_nobody_else_hands_in_or_takes_back(office, project):
    strangers = [
        clerk_of(office.world.neighbour_unit),
        office.finance,
        office.department,
        make_actor("auditor", office.world.tree.banner),
    ]
    for actor in strangers:
        with pytest.raises(NotAllowed):
            services.submit_project(actor, project)
    services.submit_project(office.clerk, project)
    for actor in strangers:
        with pytest.raises(NotAllowed):
            services.withdraw_project(actor, again(project))
    with pytest.raises(NotAllowed):
        services.submit_project(office.clerk, again(project))
    with pytest.raises(NotAllowed):
        services.save_project(office.clerk, again(project), revision=again(project).revision, fields={"name": "x"})


def test_an_application_is_taken_back_until_somebody_acted(office, project):
    services.submit_project(office.clerk, project)
    services.withdraw_project(office.clerk, project)
    assert project.state == again(project).state == ProjectState.DRAFT
    services.submit_project(office.clerk, project)
    office.approve(office.head)
    with pytest.raises(RuleViolation):
        services.withdraw_project(office.clerk, again(project))
    assert again(project).state == ProjectState.DEPARTMENT_REVIEW
    assert ProjectVersion.objects.count() == 2


def test_a_returned_application_is_mended_and_goes_on_in_the_same_case(office, project):
    services.submit_project(office.clerk, project)
    tasks.send_back(office.head, office.hold(office.head), reason="测算依据不足", fields=["costs"])
    returned = again(project)
    assert (returned.state, returned.return_reason) == (ProjectState.RETURNED, "测算依据不足")
    services.save_project(office.clerk, returned, revision=returned.revision, fields={"overview": "改正后"})
    version = services.submit_project(office.clerk, returned)
    assert version.reason == VersionReason.RESUBMITTED
    assert Case.objects.count() == 1
    assert again(project).state == ProjectState.UNIT_REVIEW
    assert again(project).return_reason == ""
    office.approve_all()
    assert again(project).state == ProjectState.REVIEW_PENDING


def test_a_refused_application_ends(office, project):
    services.submit_project(office.clerk, project)
    office.approve(office.head)
    tasks.reject(office.department, office.hold(office.department), reason="与规划不符")
    ended = again(project)
    assert (ended.state, ended.return_reason) == (ProjectState.REFUSED, "与规划不符")
    with pytest.raises(NotAllowed):
        services.submit_project(office.clerk, ended)


def test_a_ranking_is_one_of_the_known_ones(office, project):
    services.submit_project(office.clerk, project)
    office.approve(office.head)
    for asked in ({}, {"urgency": "9"}):
        with pytest.raises(RuleViolation):
            tasks.approve(office.department, office.hold(office.department), asked=asked)
    assert again(project).state == ProjectState.DEPARTMENT_REVIEW


def test_versions_are_frozen_in_the_database(office, project):
    services.submit_project(office.clerk, project)
    for statement in ("UPDATE projects_projectversion SET number = 9", "DELETE FROM projects_projectversion"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_a_region_without_a_flow_says_so(world):
    project = apply_for(world)
    with pytest.raises(RuleViolation, match="no approval flow"):
        services.submit_project(clerk_of(world.unit), project)
    assert again(project).state == ProjectState.DRAFT


def test_a_returned_application_that_is_given_up_leaves_no_open_case(office, project):
    services.submit_project(office.clerk, project)
    tasks.send_back(office.head, office.hold(office.head), reason="不符合方向")
    services.abandon_project(office.clerk, again(project))
    assert (again(project).state, Case.objects.get().state) == (ProjectState.ABANDONED, "withdrawn")
    assert Entry.objects.filter(event="lowcode.withdrawn").count() == 1


def test_handing_in_again_locks_the_project_before_its_case(office, project):
    """Everybody takes them in this order; the other way round two acts at once would wait for each other."""
    services.submit_project(office.clerk, project)
    tasks.send_back(office.head, office.hold(office.head), reason="补充")
    with CaptureQueriesContext(connection) as captured:
        services.submit_project(office.clerk, again(project))
    locks = [query["sql"] for query in captured if " FOR " in query["sql"] and "UPDATE" in query["sql"]]
    first_case = next(number for number, sql in enumerate(locks) if 'FROM "lowcode_case"' in sql)
    assert any('FROM "projects_project"' in sql for sql in locks[:first_case])


def test_who_began_an_application_does_not_sign_it_though_another_handed_it_in(office, project):
    author = make_actor("unit_head", office.world.unit, User.objects.get(pk=office.clerk.user_id))
    services.submit_project(make_actor("unit_clerk", office.world.unit), project)
    assert not Task.objects.filter(user_id=author.user_id).exists()
    assert office.hold(office.head)


def test_the_step_of_an_office_is_not_handed_over_to_the_unit_that_asks(office, project):
    other = make_actor("unit_clerk", office.world.unit)
    services.submit_project(office.clerk, project)
    office.approve(office.head)
    office.approve(office.department, asked={"urgency": Urgency.IMPORTANT})
    with pytest.raises(RuleViolation, match="same level or above"):
        tasks.delegate(office.finance, office.hold(office.finance), user=other.user_id, reason="出差")
    leader = make_actor("finance_leader", office.world.tree.banner)
    tasks.delegate(office.finance, office.hold(office.finance), user=leader.user_id, reason="出差")
    assert office.hold(leader)
