"""Rows of the budget written as they are, for pages that only read them."""

from decimal import Decimal
from typing import Any

from apps.budget.models import ControlFigure
from apps.budget.tests.factories import World


def make_figure(world: World, **values: Any) -> ControlFigure:
    """A control figure of the first banner's department that is being worked out."""
    given: dict[str, Any] = {
        "region": world.tree.banner,
        "year_id": world.codes.year,
        "department": world.unit.department,
        "fund": world.codes.fund,
        "kind": "basic",
        "amount": Decimal("800.00"),
    }
    return ControlFigure.objects.create(**(given | values))
