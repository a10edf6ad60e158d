"""Rows of the budget written as they are, for pages that only read them."""

from datetime import date
from decimal import Decimal
from typing import Any

from apps.budget.models import (
    CheckRun,
    ControlFigure,
    ExpenditureStandard,
    StaffCategory,
    StaffChange,
    StaffCount,
    StandardChange,
)
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


def make_category(code: str = "servant", name: str = "在职公务员", **values: Any) -> StaffCategory:
    """A kind of person."""
    return StaffCategory.objects.get_or_create(code=code, defaults={"name_zh_hans": name} | values)[0]


def make_staff(world: World, people: int = 10, **values: Any) -> StaffCount:
    """Head count of the first unit in the year being compiled."""
    given: dict[str, Any] = {"unit": world.unit, "year_id": world.codes.year, "as_of": date(2026, 6, 30)}
    given |= {"category": make_category()} if "category" not in values else {}
    given |= values
    return StaffCount.objects.create(region_id=given["unit"].region_id, people=people, **given)


def make_staff_change(world: World, **values: Any) -> StaffChange:
    """What the first unit has stated, as the finance office has it now."""
    given: dict[str, Any] = {"unit": world.unit, "year_id": world.codes.year, "as_of": date(2026, 6, 30)}
    given |= {"in_force": date(2026, 7, 1), "counts": {make_category().code: [None, 5]}} | values
    return StaffChange.objects.create(region_id=given["unit"].region_id, **given)


def make_standard(economic: str = "30101", amount: str = "60000.00", **values: Any) -> ExpenditureStandard:
    """So much a civil servant and year, everywhere."""
    given: dict[str, Any] = {"category": make_category()} if "category" not in values else {}
    return ExpenditureStandard.objects.create(economic=economic, amount=Decimal(amount), **(given | values))


def make_standard_change(world: World, **values: Any) -> StandardChange:
    """What the first banner's finance office has stated, as its leader has it now."""
    given: dict[str, Any] = {"region": world.tree.banner, "league_id": world.tree.banner.league_id, "kind": "staff"}
    given |= {"category": make_category(), "economic": "30101", "amount": Decimal("60000.00"), "valid_from": 2027}
    return StandardChange.objects.create(**(given | {"source": "财社〔2026〕1号"} | values))


def make_run(world: World, **values: Any) -> CheckRun:
    """A run of the checks over the first banner in which nothing was found."""
    given: dict[str, Any] = {"region": world.tree.banner, "year_id": world.codes.year, "round": "first_up"}
    return CheckRun.objects.create(**(given | values))
