"""The self checks of projects: well on sound data, and each sees what it is there to see."""

from decimal import Decimal

import pytest
from django.db import connection

from apps.projects import selfchecks
from apps.projects.models import Project, ProjectVersion
from apps.projects.selectors.versions import body_of, digest_of
from apps.projects.tests.factories import ProjectFactory, make_project
from apps.regions.services import put_old_code
from apps.regions.tests.factories import ACTOR
from imbudget.kit import registry
from imbudget.kit.selfchecks import CheckFailed

pytestmark = pytest.mark.django_db


@pytest.fixture
def project(world) -> Project:
    """One in the store, with the version that was handed in."""
    made = make_project(world.codes, world.unit, stored=True)
    body = body_of(made)
    ProjectVersion.objects.create(project=made, number=1, reason="stored", body=body, digest=digest_of(body))
    return made


def test_sound_projects_pass_every_check(world, project: Project):
    ProjectFactory(unit=world.far_unit)
    names = [name for name, _check in registry.self_checks.items() if name.startswith("project_")]
    assert names == list(selfchecks.CHECKS)
    for check in selfchecks.CHECKS.values():
        assert check.run()


def test_a_total_beside_its_funding_lines_is_seen(project: Project):
    Project.objects.filter(pk=project.pk).update(total=Decimal("1.00"))
    with pytest.raises(CheckFailed, match="1 totals"):
        selfchecks.totals()


def test_a_code_of_another_form_or_region_is_seen(world, project: Project):
    for code in ("150102273", "150103273000000000001"):
        Project.objects.filter(pk=project.pk).update(code=code)
        with pytest.raises(CheckFailed, match=code):
            selfchecks.codes()
    put_old_code(ACTOR, world.tree.banner, "150103", "旧名", None, "文件")
    assert selfchecks.codes()


def test_a_stored_project_without_a_version_is_seen(world, project: Project):
    bare = ProjectFactory(unit=world.unit, stored=True)
    with pytest.raises(CheckFailed, match=bare.code):
        selfchecks.versions()


def test_a_changed_version_is_seen(project: Project):
    with connection.cursor() as cursor:  # as somebody with the database in their hands could
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE projects_projectversion DISABLE TRIGGER projects_version_frozen")
        cursor.execute("UPDATE projects_projectversion SET body = jsonb_set(body, '{fields,total}', '\"1.00\"')")
        cursor.execute("ALTER TABLE projects_projectversion ENABLE TRIGGER projects_version_frozen")
    with pytest.raises(CheckFailed, match="1 versions were changed"):
        selfchecks.versions()
