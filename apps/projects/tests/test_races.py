"""Two people at once: one application is handed in once, and no save is lost unnoticed."""

from typing import Any

import pytest
from django.core.management import call_command

from apps.budget.tests.factories import clerk_of, head_of, make_world
from apps.lowcode.models import Case
from apps.projects import services
from apps.projects.models import Project, ProjectState, ProjectVersion
from apps.projects.services import StaleRevision
from apps.projects.tests.applications import again, apply_for
from imbudget.kit.errors import RuleViolation
from imbudget.kit.testing.threads import at_once


@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_or_hand_in_at_once_one_wins():
    world = make_world()
    call_command("load_flows", verbosity=0)
    clerks = [clerk_of(world.unit), clerk_of(world.unit)]
    head_of(world.unit)
    project = apply_for(world, actor=clerks[0])
    revision = project.revision

    def save(number: int) -> Any:
        fields = {"overview": f"概况{number}"}
        return services.save_project(clerks[number], again(project), revision=revision, fields=fields)

    results = at_once([lambda number=number: save(number) for number in range(2)])
    assert {type(result) for result in results} == {services.Saved, StaleRevision}
    assert Project.objects.get().revision == revision + 1

    copies = [again(project), again(project)]
    results = at_once(
        [lambda number=number: services.submit_project(clerks[number], copies[number]) for number in range(2)]
    )
    assert sum(isinstance(result, ProjectVersion) for result in results) == 1
    assert sum(isinstance(result, RuleViolation) for result in results) == 1
    assert (Case.objects.count(), ProjectVersion.objects.count()) == (1, 1)
    assert again(project).state == ProjectState.UNIT_REVIEW
