"""The library of the demonstration holds a project in every state that the product brings one to, and requests for change."""

import pytest

from apps.budget.demo import data, people
from apps.projects.demo import library
from apps.projects.models import ChangeKind, Project, ProjectChange, ProjectState
from apps.projects.selfchecks import CHECKS

pytestmark = pytest.mark.django_db


def test_every_fate_of_a_project_is_shown(settings):
    settings.DEMO = True
    data.load_basics()
    people.make_people()
    library.load_projects()
    states = set(Project.objects.values_list("state", flat=True))
    assert states >= set(ProjectState.values) - {ProjectState.DEPARTMENT_RESERVE}
    assert set(ProjectChange.objects.values_list("kind", "state")) == {
        (ChangeKind.TERMINATION, "applied"),
        (ChangeKind.CHANGE, "submitted"),
        (ChangeKind.CHANGE, "returned"),
        (ChangeKind.CHANGE, "applied"),
    }
    for check in CHECKS.values():
        check.run()
