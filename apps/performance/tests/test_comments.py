"""Comments on goals: by who examines them, while they are examined; at the row for the unit; settled by mending or answering."""

from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.accounts.tests.factories import client_of, make_actor, sign_in
from apps.budget.tests.factories import World
from apps.lowcode.models import Task
from apps.notices.models import Notice
from apps.performance.models import CommentState, GoalComment
from apps.performance.selectors.prior import prior_of
from apps.performance.services import comment_goal, settle_comment, withdraw_comment
from apps.performance.tests.factories import make_year
from apps.performance.tests.rows_goals import make_comment
from apps.projects import services as projects
from apps.projects.models import Project, ProjectState
from apps.projects.tests.applications import apply_for
from apps.projects.tests.factories import make_project
from apps.projects.tests.offices import Office, make_office
from apps.review.models import Review, ReviewKind
from apps.review.tests.rows import published_review
from imbudget.kit.errors import NotAllowed, RuleViolation

pytestmark = pytest.mark.django_db


@pytest.fixture
def project(world: World) -> Project:
    return make_project(world.codes, world.unit, state=ProjectState.FINANCE_REVIEW, version=1)


def again(project: Project) -> Project:
    return Project.objects.select_related("unit", "region").get(pk=project.pk)


def edited(project: Project, **values: Any) -> None:
    Project.objects.filter(pk=project.pk).update(state=ProjectState.RETURNED)
    project.goals.filter(number=1).update(**values)


def test_office_and_department_comment_and_the_clerk_is_told(world, project):
    clerk = make_actor("unit_clerk", world.unit)
    office = make_actor("banner_officer", project.region)
    row = comment_goal(office, project, kind="coarse", text="请量化", goal=project.goals.get(number=1))
    row.refresh_from_db()
    assert (row.content, row.said, row.line, row.unit_id, row.league_id) == (
        "指标1",
        "≥45",
        1,
        world.unit.pk,
        project.league_id,
    )
    whole = comment_goal(make_actor("department_reviewer", world.unit.department), project, kind="add")
    assert whole.where == "the whole table"
    assert Notice.objects.filter(user_id=clerk.user_id, kind="performance.commented").count() == 2


@pytest.mark.parametrize("who", ["clerk", "head", "league", "neighbour", "auditor"])
def test_nobody_else_comments(world, project, who):
    actors = {
        "clerk": lambda: make_actor("unit_clerk", world.unit),
        "head": lambda: make_actor("unit_head", world.unit),
        "league": lambda: make_actor("league_officer", world.tree.league),
        "neighbour": lambda: make_actor("banner_officer", world.tree.neighbour),
        "auditor": lambda: make_actor("auditor", world.tree.banner),
    }
    with pytest.raises(NotAllowed):
        comment_goal(actors[who](), project, kind="coarse")
    assert not GoalComment.objects.exists()


@pytest.mark.parametrize("state", [ProjectState.DRAFT, ProjectState.STORED, ProjectState.REFUSED])
def test_goals_are_commented_on_while_they_are_examined(world, state):
    project = make_project(world.codes, world.unit, state=state)
    with pytest.raises(NotAllowed, match="under approval"):
        comment_goal(make_actor("banner_officer", project.region), project, kind="coarse")


def test_a_comment_says_something_about_a_goal_of_this_project(world, project):
    office = make_actor("banner_officer", project.region)
    for wrong in ({"kind": "other"}, {"kind": "nothing"}):
        with pytest.raises(RuleViolation):
            comment_goal(office, project, **wrong)
    other = make_project(world.codes, world.neighbour_unit)
    with pytest.raises(RuleViolation, match="another project"):
        comment_goal(office, project, kind="coarse", goal=other.goals.first())


def test_a_comment_is_settled_by_mending_or_by_an_answer(world, project):
    clerk, office = make_actor("unit_clerk", world.unit), make_actor("banner_officer", project.region)
    first, second = make_comment(project, author_id=office.user_id), make_comment(project)
    with pytest.raises(RuleViolation, match="reads as it did"):
        settle_comment(clerk, first)
    settle_comment(clerk, second, "已在附件中说明")
    edited(project, value="60")
    settle_comment(clerk, first)
    first.refresh_from_db()
    second.refresh_from_db()
    assert [(row.state, row.is_changed) for row in (first, second)] == [("settled", True), ("settled", False)]
    assert Notice.objects.filter(user_id=office.user_id, kind="performance.comment_answered").count() == 1
    with pytest.raises(NotAllowed, match="settled already"):
        settle_comment(clerk, first, "再答")


def test_a_comment_on_the_whole_table_sees_any_row_change(office: Office):
    project = apply_for(office.world, actor=office.clerk)
    projects.submit_project(office.clerk, project)
    department = office.department
    comment = comment_goal(department, again(project), kind="add")
    with pytest.raises(RuleViolation, match="reads as it did"):
        settle_comment(office.clerk, comment)
    edited(project, content="补播改良面积")
    settle_comment(office.clerk, comment)
    comment.refresh_from_db()
    assert comment.is_changed


def test_only_the_unit_answers_and_only_the_author_takes_back(world, project):
    author = make_actor("banner_officer", project.region)
    comment = make_comment(project, author_id=author.user_id)
    for actor in (author, make_actor("unit_clerk", world.neighbour_unit)):
        with pytest.raises(NotAllowed):
            settle_comment(actor, comment, "好")
    for actor in (make_actor("banner_officer", project.region), make_actor("unit_clerk", world.unit)):
        with pytest.raises(NotAllowed):
            withdraw_comment(actor, comment)
    withdraw_comment(author, comment)
    comment.refresh_from_db()
    assert comment.state == CommentState.WITHDRAWN


def test_what_was_commented_stays_as_it_was_said(project):
    make_comment(project)
    for change in ({"text": "改"}, {"kind": "split"}):
        with pytest.raises(DatabaseError, match="kept"), transaction.atomic():
            GoalComment.objects.update(**change)
    with pytest.raises(DatabaseError, match="kept"), transaction.atomic():
        GoalComment.objects.all().delete()


# pages


@pytest.fixture
def office(db: None) -> Office:
    return make_office()


def test_the_unit_reads_it_at_the_row_of_the_wizard(world, project):
    comment = make_comment(project)
    edited(project, value="46")
    client = client_of("unit_clerk", world.unit)
    text = client.get(f"{reverse('projects:edit', args=[project.pk])}?step=goals").content.decode()
    row = text.partition('class="row-notes"')[2].partition("</ul>")[0]
    assert "请写明面积" in row
    settle = reverse("performance:comment_settle", args=[comment.pk])
    assert settle in row
    assert client.post(settle, {"answer": ""}).status_code == 302
    text = client.get(f"{reverse('projects:edit', args=[project.pk])}?step=goals").content.decode()
    assert 'class="row-notes"' not in text


def test_an_officer_comments_on_the_page_of_the_project(world, project, django_assert_max_num_queries):
    client = client_of("banner_officer", project.region)
    tab = f"{project.get_absolute_url()}?tab=goals"
    address = reverse("performance:goals_comment", args=[project.pk])
    assert address in client.get(tab).content.decode()
    assert client.get(f"{address}?line=2").status_code == 200
    assert client.post(address, {"kind": "other", "text": "", "line": "2"}).status_code == 422
    assert client.post(address, {"kind": "split", "text": "拆分", "line": "9"}).status_code == 422
    assert client.post(address, {"kind": "split", "text": "拆分", "line": "2"}).status_code == 302
    with django_assert_max_num_queries(32):
        text = client.get(tab).content.decode()
    assert "建议拆分" in text
    comment = GoalComment.objects.get()
    assert client.post(reverse("performance:comment_withdraw", args=[comment.pk])).status_code == 302
    stranger = client_of("banner_officer", world.tree.neighbour)
    assert stranger.get(address).status_code == 404
    assert stranger.post(reverse("performance:comment_settle", args=[comment.pk]), {}).status_code == 404
    assert client_of("unit_clerk", world.unit).get(address).status_code == 403


def test_who_signs_sees_the_goals_and_what_is_open(office: Office):
    project = apply_for(office.world, actor=office.clerk)
    projects.submit_project(office.clerk, project)
    comment_goal(office.department, again(project), kind="coarse", goal=project.goals.get(number=1))
    task = Task.objects.get(user_id=office.head.user_id, state="open")
    text = sign_in(Client(), User.objects.get(pk=office.head.user_id)).get(task.get_absolute_url()).content.decode()
    assert "补播面积" in text
    assert "有1条绩效目标审核意见未落实" in text


def test_the_year_shows_what_was_examined(world):
    of = make_year(world)
    make_comment(of.project)
    text = client_of("unit_clerk", of.unit).get(f"{of.get_absolute_url()}?tab=prior").content.decode()
    assert "请写明面积" in text
    assert "本项目没有已公示的事前绩效评估结果" in text


def test_the_published_evaluation_before_the_act_stands_beside_the_goals(world):
    published = published_review(world)
    project = published["published"].project
    Review.objects.filter(pk=published["review"].pk).update(kind=ReviewKind.BUDGET)
    assert prior_of(project) == []
    Review.objects.filter(pk=published["review"].pk).update(kind=ReviewKind.EVALUATION)
    assert [row.verdict for row in prior_of(project)] == ["support"]
    shown = client_of("unit_clerk", world.unit).get(f"{project.get_absolute_url()}?tab=goals").content.decode()
    assert "700,000.00" in shown.partition('id="goals-examined"')[2]
