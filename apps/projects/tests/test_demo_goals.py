"""Projects of the demonstration that came by a file state goals; a few state too little for the checks."""

import pytest

from apps.budget.tests.factories import World
from apps.projects.demo.catalogue import BORDER, IDEAS
from apps.projects.demo.goals import IN_PART, WITHOUT, goals_of, state_goals
from apps.projects.models import GROUP_OF, GoalGroup, Project, ProjectState, ProjectVersion
from apps.projects.selectors.versions import body_of, digest_of
from apps.projects.tests.factories import ProjectFactory
from imbudget.kit.actor import system_actor

pytestmark = pytest.mark.django_db
ALL = [idea for group in IDEAS.values() for idea in group] + [BORDER]


def test_every_idea_has_goals_of_each_group():
    for idea in ALL:
        rows = goals_of(idea, 200)
        groups = {GROUP_OF[row["kind"]] for row in rows} - {GoalGroup.COST}
        assert groups == {GoalGroup.OUTPUT, GoalGroup.BENEFIT, GoalGroup.SATISFACTION}, idea
        assert sum(int(row["weight"]) for row in rows) == 90, idea
        assert all(row["content"] and row["value"] for row in rows)


def test_what_is_in_the_store_is_frozen_with_its_goals_and_some_state_too_little(world: World):
    projects = [
        ProjectFactory(unit=world.unit, name=ALL[0].name, state=ProjectState.STORED, version=1)
        for _number in range(WITHOUT)
    ]
    draft = ProjectFactory(unit=world.unit, name=ALL[1].name)
    state_goals(system_actor())
    bare = Project.objects.filter(goals=None)
    assert bare.count() == 1
    served = {GROUP_OF[kind] for kind in projects[IN_PART - 1].goals.values_list("kind", flat=True)}
    assert served == {GoalGroup.OUTPUT, GoalGroup.BENEFIT}
    versions = ProjectVersion.objects.select_related("project")
    assert [version.number for version in versions] == [2] * (WITHOUT - 1)
    newest = versions.first()
    assert newest is not None
    assert (len(newest.body["goals"]), newest.digest) == (newest.project.goals.count(), digest_of(newest.body))
    assert newest.body["goals"] == body_of(newest.project)["goals"]
    assert (draft.goals.count() > 0, draft.versions.exists()) == (True, False)
