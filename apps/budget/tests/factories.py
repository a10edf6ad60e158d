"""Budget sheets with lines, in each state they come to, and compilations."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from apps.accounts.tests.factories import make_actor
from apps.budget import services
from apps.budget.models import BudgetRound, BudgetSheet, Compilation
from apps.budget.services.sheets import LineInput
from apps.codes.tests.factories import Codes, make_codes
from apps.regions.models import Region, Unit
from apps.regions.tests.factories import Tree, UnitFactory, make_tree
from imbudget.kit.actor import Actor, system_actor
from imbudget.kit.testing.kept import kept
from imbudget.kit.testing.upon import kept_upon

SYSTEM = system_actor("tests")
UP = BudgetRound.FIRST_UP


@dataclass(frozen=True, slots=True)
class World:
    """The tree, the classification and one unit in each place of the first banner's surroundings."""

    tree: Tree
    codes: Codes
    unit: Unit
    neighbour_unit: Unit
    league_unit: Unit
    far_unit: Unit


@kept
def make_world() -> World:
    """Regions, codes and four units; no sheet and no user yet."""
    tree = make_tree()
    places = (tree.banner, tree.neighbour, tree.league, tree.far_banner)
    return World(tree, make_codes(), *(UnitFactory(region=region) for region in places))


def line(codes: Codes, amount: str = "100.00", **values: Any) -> LineInput:
    """One good line for an administrative unit; any part of it may be given."""
    given: dict[str, Any] = {"function": codes.running, "department_economic": codes.wages, "fund": codes.fund}
    return LineInput(amount=Decimal(amount), **(given | values))


def clerk_of(unit: Unit) -> Actor:
    """Someone who enters the unit's lines."""
    return make_actor("unit_clerk", unit)


def head_of(unit: Unit) -> Actor:
    """Someone who hands the unit's budget in."""
    return make_actor("unit_head", unit)


def officer_of(region: Region) -> Actor:
    """The budget officer of a region."""
    return make_actor(("region_officer", "league_officer", "banner_officer")[min(region.level, 2)], region)


@kept_upon(make_world)
def make_sheet(
    codes: Codes, unit: Unit, lines: Sequence[LineInput] | None = None, state: str = "draft", year: int | None = None
) -> BudgetSheet:
    """The unit's sheet of the first round, brought to its state by the services."""
    clerk = clerk_of(unit)
    sheet = services.open_sheet(clerk, unit, year or codes.year, UP)
    chosen = [line(codes), line(codes, "250.50", department_economic=codes.office)] if lines is None else lines
    services.save_lines(clerk, sheet, sheet.version, chosen, None)
    if state != "draft":
        services.submit_sheet(head_of(unit), fresh(sheet))
    if state == "accepted":
        services.accept_sheet(SYSTEM, fresh(sheet))
    if state == "returned":
        services.send_back_sheet(SYSTEM, fresh(sheet), "请核对")
    return fresh(sheet)


def fresh(sheet: BudgetSheet) -> BudgetSheet:
    """The sheet as the database has it now."""
    return BudgetSheet.objects.select_related("unit", "region", "year").get(pk=sheet.pk)


def make_compilation(codes: Codes, region: Region, state: str = "open", reason: str = "催报未果") -> Compilation:
    """The region's compilation of the first round, brought to its state by the services."""
    compilation = services.open_compilation(SYSTEM, region, codes.year, UP)
    if state != "open":
        services.compile_budget(SYSTEM, compilation, reason)
    if state in {"reported", "accepted", "returned"}:
        services.report_budget(SYSTEM, compilation)
    if state == "accepted":
        services.receive_report(SYSTEM, fresh_compilation(compilation))
    if state == "returned":
        services.send_report_back(SYSTEM, fresh_compilation(compilation), "请核对")
    return fresh_compilation(compilation)


def fresh_compilation(compilation: Compilation) -> Compilation:
    """The compilation as the database has it now."""
    related = ("region__parent", "region__reports_to", "snapshot")
    return Compilation.objects.select_related(*related).get(pk=compilation.pk)
