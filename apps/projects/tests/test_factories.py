"""What tests build upon holds by itself."""

from decimal import Decimal

import pytest

from apps.projects.tests.factories import make_project

pytestmark = pytest.mark.django_db


def test_a_filled_project_carries_its_place_and_its_total(world):
    project = make_project(world.codes, world.unit)
    assert (project.region_id, project.league_id) == (world.tree.banner.pk, world.tree.league.pk)
    assert project.department_id == world.unit.department_id
    assert project.total == Decimal("800000.00")
    assert project.costs.get().amount == project.total
