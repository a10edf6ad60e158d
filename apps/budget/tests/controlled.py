"""Control figures of the first banner, for tests."""

from decimal import Decimal
from typing import Any

from apps.budget import services
from apps.budget.models import BudgetRound, BudgetSheet, ControlFigure
from apps.budget.services.control import FigureInput
from apps.budget.services.sheets import LineInput
from apps.budget.tests.factories import SYSTEM, World, clerk_of, fresh
from apps.regions.models import Unit

SECOND = BudgetRound.SECOND_UP
DOCUMENT = "财预〔2026〕8号"


def figure(world: World, amount: str, **values: Any) -> FigureInput:
    """A figure of basic expenditure in the world's fund type: the pool's, unless a department or unit is named."""
    given: dict[str, Any] = {"fund_id": world.codes.fund.pk, "kind": "basic", "reason": "财力有限"}
    return FigureInput(amount=Decimal(amount), **(given | values))


def give(world: World, pool: str, department: str, unit: str, *, issued: bool = True, kind: str = "basic") -> None:
    """Figures of the first banner on all three levels."""
    rows = [
        figure(world, pool, kind=kind),
        figure(world, department, department_id=world.unit.department_id, kind=kind),
        figure(world, unit, unit_id=world.unit.pk, kind=kind),
    ]
    services.set_control_figures(SYSTEM, world.tree.banner, world.codes.year, rows)
    if issued:
        services.issue_control_figures(SYSTEM, world.tree.banner, world.codes.year, DOCUMENT)


def department_figure(world: World, state: str = "issued") -> ControlFigure:
    return ControlFigure.objects.get(department=world.unit.department, unit=None, state=state)


def second(world: World, lines: list[LineInput], unit: Unit | None = None) -> BudgetSheet:
    """The unit's second submission with these lines."""
    clerk, unit = clerk_of(unit or world.unit), unit or world.unit
    sheet = services.open_sheet(clerk, unit, world.codes.year, SECOND)
    services.save_lines(clerk, sheet, sheet.version, lines, None)
    return fresh(sheet)
