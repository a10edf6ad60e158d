"""Who counts as a maker of an application."""

import pytest

from apps.accounts.tests.factories import make_actor
from apps.projects import services
from apps.projects.bindings import makers
from apps.projects.tests.factories import ProjectFactory

pytestmark = pytest.mark.django_db


def test_everybody_who_changed_an_application_made_it(world):
    first, second, reader = (make_actor("unit_clerk", world.unit) for _number in range(3))
    project = ProjectFactory(unit=world.unit, author_id=first.user_id)
    saved = services.save_project(second, project, revision=project.revision, fields={"overview": "新的概况"})
    assert saved is not None
    assert set(makers(project)) == {first.user_id, second.user_id}
    assert reader.user_id not in makers(project)
