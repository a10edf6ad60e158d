"""Nothing of a test that commits is left for the next one."""

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection

from apps.accounts.tests.factories import make_post
from apps.budget.tests.factories import World, make_sheet
from imbudget.kit.testing.emptying import STAY
from imbudget.kit.testing.kept import filled

pytestmark = pytest.mark.django_db(transaction=True)


def names() -> list[str]:
    return connection.introspection.django_table_names(only_existing=True, include_views=False)


@pytest.mark.parametrize("time", [1, 2])
def test_tables_are_empty_before_and_full_after(world: World, time: int):
    """The second time finds nothing of the first: the world would not fit in beside it."""
    make_post("unit_clerk", world.unit)
    make_sheet(world.codes, world.unit, state="accepted")
    assert len(filled(names())) > 15


def test_all_that_stays_is_what_django_writes_after_a_migration():
    assert filled(names()) <= STAY
    assert Permission.objects.filter(codename="budget_see").exists()
    assert ContentType.objects.get(app_label="budget", model="budgetsheet")
