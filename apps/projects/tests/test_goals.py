"""Performance goals of a project: entered as a list, checked before hand-in, kept in versions, changed by request."""

from typing import Any

import pytest
from django.urls import reverse

from apps.accounts.tests.factories import client_of
from apps.projects import services
from apps.projects.checks import GOALS, check_project
from apps.projects.models import GoalIndicator, Project, ProjectVersion
from apps.projects.selectors.frozen import application_of
from apps.projects.selectors.proposals import differences_of
from apps.projects.selectors.versions import body_of, compare_bodies
from apps.projects.tests.applications import again, apply_for, clerk, rows_of
from apps.projects.tests.factories import make_project
from imbudget.kit.errors import RuleViolation
from imbudget.kit.findings import Level

pytestmark = pytest.mark.django_db
GOOD = rows_of()["goals"]


def found(project: Project) -> list[tuple[Level, int | None, str]]:
    return [(row.level, row.line, row.field) for row in check_project(project) if row.check == GOALS]


def with_goals(world: Any, *rows: dict[str, str]) -> Project:
    return apply_for(world, parts={"goals": list(rows)})


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": ""}, "kind"),
        ({"content": ""}, "content"),
        ({"nature": ""}, "nature"),
        ({"value": ""}, "value"),
        ({"value": "很多"}, "value"),
        ({"annual": "一半"}, "annual"),
    ],
)
def test_an_indicator_is_complete_and_what_is_compared_is_a_number(world, change, field):
    project = with_goals(world, *GOOD, {**GOOD[0], **change})
    assert found(project) == [(Level.ERROR, 3, f"goals.{field}")]


def test_a_goal_in_words_needs_no_number(world):
    words = {"kind": "lasting", "content": "机制", "nature": "qualitative", "value": "长期发挥作用"}
    project = with_goals(world, *GOOD, words)
    assert (found(project), str(project.goals.get(number=3))) == ([], "机制 长期发挥作用")
    assert [goal.target for goal in project.goals.all()[:2]] == ["≥2000亩", "≥45%"]


def test_what_cannot_be_read_is_named(world):
    project = apply_for(world)
    rows = [{**GOOD[0], "kind": "nothing", "value": "9" * 61}]
    saved = services.save_project(clerk(world.unit), project, revision=project.revision, parts={"goals": rows})
    assert set(saved.errors) == {"goals.1.kind", "goals.1.value"}


def test_goals_stand_in_versions_and_older_versions_are_compared_without_them(office):
    project = apply_for(office.world, actor=office.clerk)
    services.submit_project(office.clerk, project)
    body = ProjectVersion.objects.get().body
    assert [row["content"] for row in body["goals"]] == ["补播面积", "植被盖度"]
    costs = [{name: value for name, value in row.items() if name != "procurement_item"} for row in body["costs"]]
    older = {**body, "costs": costs} | {"goals": []}
    assert {(row.field, row.kind) for row in compare_bodies(older, body)} == {("goals", "added")}


def test_a_request_changes_goals_and_leaves_none_incomplete(office):
    project = apply_for(office.world, actor=office.clerk)
    services.submit_project(office.clerk, project)
    office.approve_all()
    project = again(project)
    Project.objects.filter(pk=project.pk).update(state="stored")
    change = services.request_change(
        office.clerk, again(project), reason="调整", parts={"goals": [{**GOOD[0], "value": ""}, GOOD[1]]}
    )
    with pytest.raises(RuleViolation, match="missing"):
        services.submit_change(office.clerk, change)
    services.save_change(
        office.clerk, change, revision=1, reason="调整", parts={"goals": [{**GOOD[0], "value": "2500"}, GOOD[1]]}
    )
    assert [(row.field, row.kind) for row in differences_of(change)] == [("goals", "changed")]
    services.submit_change(office.clerk, change)
    for actor in (office.head, office.department, office.finance):
        office.approve(actor)
    assert [*project.goals.values_list("value", flat=True)] == ["2500", "45"]


def test_the_wizard_offers_choices_and_keeps_rows(world):
    project = make_project(world.codes, world.unit)
    client, address = client_of("unit_clerk", world.unit), f"{reverse('projects:edit', args=[project.pk])}?step=goals"
    text = client.get(address).content.decode()
    assert '<option value="ecological" selected>' in text
    row = {"kind": "satisfaction", "content": "满意度", "nature": "at_least", "value": "90", "measure": "%"}
    sent = {f"goals-0-{name}": value for name, value in row.items()}
    answer = client.post(address, sent | {"step": "goals", "revision": project.revision, "parts": "goals"})
    assert answer.status_code == 302
    assert [str(goal) for goal in GoalIndicator.objects.filter(project=project)] == ["满意度 ≥90%"]
    shown = client.get(f"{project.get_absolute_url()}?tab=goals").content.decode()
    assert "≥90%" in shown


FULL = {
    "weight": "20", "source": "survey", "scoring": "按完成率计分", "is_core": "1", "library": "C1001",
}  # fmt: skip


def test_weight_source_scoring_and_core_are_kept_in_rows_and_versions(office):
    project = apply_for(
        office.world, actor=office.clerk, parts={"goals": [{**GOOD[0], **FULL}, {**GOOD[1], "weight": "70"}]}
    )
    first, second = project.goals.all()
    assert (first.weight, first.source, first.is_core, first.library) == (20, "survey", True, "C1001")
    assert (second.weight, second.source, second.is_core) == (70, "", False)
    body = body_of(project)
    assert body["goals"][0]["weight"] == "20.00"
    older = [
        {name: row[name] for name in ("kind", "content", "nature", "value", "annual", "measure")}
        for row in body["goals"]
    ]
    diffs = compare_bodies({**body, "goals": older}, body)
    assert [(row.field, row.kind, row.line) for row in diffs] == [("goals", "changed", 1), ("goals", "changed", 2)]
    services.submit_project(office.clerk, project)
    application = application_of(ProjectVersion.objects.get().body)
    goals = next(each for each in application.lists if "core indicator" in [str(cell.label) for cell in each.columns])
    assert "20.00" in [cell.text for cell in goals.rows[0]]


@pytest.mark.parametrize("weight", ["101", "-1", "20.555", "许多"])
def test_a_weight_is_a_number_of_points(world, weight):
    project = apply_for(world)
    rows = [{**GOOD[0], "weight": weight}]
    saved = services.save_project(clerk(world.unit), project, revision=project.revision, parts={"goals": rows})
    assert set(saved.errors) == {"goals.1.weight"}


def test_the_wizard_adds_the_points_up_and_keeps_the_code_of_the_library(world):
    project = apply_for(world, parts={"goals": [{**GOOD[0], **FULL}, {**GOOD[1], "weight": "30.5"}]})
    address = f"{reverse('projects:edit', args=[project.pk])}?step=goals"
    text = client_of("unit_clerk", world.unit).get(address).content.decode()
    assert 'data-summed="weight">50.50</output>' in text
    assert '<input type="hidden" name="goals-0-library" value="C1001">' in text
    assert "library" not in text.partition("<thead>")[2].partition("</thead>")[0]


def test_a_mark_alone_makes_no_row(world):
    project = apply_for(world, parts={"goals": [*GOOD, {"is_core": "1", "library": "C1001"}]})
    assert project.goals.count() == 2


def test_next_year_goes_on_with_the_goals(world):
    project = make_project(world.codes, world.unit, setup_year=2026, start_year=2026, end_year=2026)
    project.goals.filter(number=1).update(weight=40, source="progress", is_core=True)
    copied = services.copy_from(clerk(world.unit), project, year=2027)
    assert [goal.target for goal in copied.goals.all()] == ["≥45", "≥45"]
    first = copied.goals.first()
    assert (first.weight, first.source, first.is_core) == (40, "progress", True)
