"""The check list of a budget (编审要点): every check with its number, its place, and what may be set."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


class Scope(StrEnum):
    """What a check looks at."""

    SHEET = "sheet"
    REGION = "region"
    CROSS = "cross"


SCOPES: dict[str, Text] = {
    Scope.SHEET: _("each sheet"),
    Scope.REGION: _("each region"),
    Scope.CROSS: _("between tables"),
}


@dataclass(frozen=True, slots=True)
class Item:
    """One check. `number` is its place in the list of 16, 0 for what is checked besides.

    A `locked` one may be made stricter but never weaker, because what comes later rests on it. `parameters` are the
    ones that a rule may set, with their defaults.
    """

    code: str
    label: Text
    number: int = 0
    scope: Scope = Scope.SHEET
    locked: bool = False
    parameters: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def _set(**parameters: str) -> Mapping[str, str]:
    return MappingProxyType(parameters)


CHECKLIST: tuple[Item, ...] = (
    Item("budget.totals_tie", _("The declared total is the sum of the lines"), 1, locked=True),
    Item("budget.summary_ties", _("Lines, sheets, summary and compiled figures have the same total"), 1, Scope.CROSS),
    Item(
        "budget.classes_tie",
        _("Functions, economic classes and kinds of expenditure have the same total"),
        2,
        Scope.CROSS,
    ),
    Item(
        "budget.basic_is_computed",
        _("Basic expenditure is head counts times standards"),
        3,
        parameters=_set(tolerance="0"),
    ),
    Item("budget.watched_not_above_last_year", _("Three-public items are not above last year"), 4),
    Item("budget.project_in_store", _("Projects stand in the store and their term covers the year"), 5),
    Item("budget.project_within_total", _("Projects stay within what was stored for them"), 6),
    Item(
        "budget.goals_are_there",
        _("Projects have performance goals"),
        7,
        parameters=_set(cost="0", output="1", benefit="1", satisfaction="0"),
    ),
    Item("budget.project_evaluated", _("Large new projects were evaluated before the act"), 8),
    Item(
        "budget.procurement_is_listed",
        _("Procurement names its catalogue item, quantity and price"),
        9,
        parameters=_set(goods="500000", works="600000", services="500000"),
    ),
    Item(
        "budget.assets_within_standard",
        _("Purchased assets stay within their standards"),
        10,
    ),
    Item(
        "budget.economic_fits_nature",
        _("Economic classes agree with each other and with the nature of the unit"),
        11,
        locked=True,
    ),
    Item("budget.fund_fits_function", _("Fund types fit their functions"), 12),
    Item("budget.codes_are_leaves", _("Codes are of the last level and valid in the year"), 13, locked=True),
    Item("budget.amounts_are_money", _("Amounts are not below zero and have two decimals"), 14, locked=True),
    Item(
        "budget.reserve_share",
        _("The reserve fund has its share of general public expenditure"),
        15,
        Scope.REGION,
        parameters=_set(function="227", fund="11", least="1", most="3"),
    ),
    Item(
        "budget.transfers_matched",
        _("Money from upper levels is matched to a project"),
        16,
        Scope.REGION,
        parameters=_set(fund="1112"),
    ),
    Item("budget.has_lines", _("The sheet has lines"), locked=True),
    Item("budget.economic_is_there", _("Every line states its economic class"), locked=True),
    Item("budget.within_control", _("The second submission stays within the control figures"), locked=True),
    Item("budget.control_totals", _("Control figures are not given or used beyond what there is"), 0, Scope.REGION),
    Item("budget.amounts_are_there", _("Every line has an amount")),
    Item("budget.lines_are_not_doubled", _("No line is written twice")),
    Item("budget.last_year_is_given", _("Last year's figures are given")),
)
ITEMS: dict[str, Item] = {item.code: item for item in CHECKLIST}
