"""Acts on a sheet."""

import pytest

from apps.budget.tests.factories import make_compilation, make_sheet

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("state", ["draft", "submitted", "accepted", "returned"])
def test_a(world, state):
    sheet = make_sheet(world.codes, world.unit, state=state)
    assert sheet.state == state
    assert str(sheet.total) == "350.50"
    c = make_compilation(world.codes, world.tree.neighbour, "reported")
    assert c.state == "reported"
