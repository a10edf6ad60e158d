"""Units, departments and regions stand where their reviewers and receivers may see them."""

import pytest

from apps.regions import services
from apps.regions.models import Unit
from apps.regions.tests.factories import ACTOR, DepartmentFactory, Tree, UnitFactory, make_tree
from imbudget.kit.errors import RuleViolation

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree(db: None) -> Tree:
    return make_tree()


def test_a_unit_has_no_department_of_another_region(tree: Tree):
    unit = UnitFactory(region=tree.banner)
    unit.department = DepartmentFactory(region=tree.neighbour)
    with pytest.raises(RuleViolation):
        services.save_unit(ACTOR, unit)
    assert Unit.objects.get(pk=unit.pk).department.region_id == tree.banner.pk


def test_a_department_does_not_leave_its_units_behind(tree: Tree):
    department = UnitFactory(region=tree.banner).department
    department.region = tree.neighbour
    with pytest.raises(RuleViolation):
        services.save_department(ACTOR, department)
