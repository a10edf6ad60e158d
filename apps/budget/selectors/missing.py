"""Beside units that have not handed in: what is in the way, who holds the sheet, when they were urged."""

from collections import defaultdict
from typing import Any

from apps.accounts.models import Post
from apps.budget.checks import LABELS
from apps.budget.models import BudgetSheet, SheetState, Urge
from apps.lowcode.selectors.inbox import holders_of_documents
from apps.regions.models import Unit
from imbudget.kit import registry

HOLDERS = ("unit_clerk", "unit_head")
MOST_HOLDERS = 3


def with_findings(units: list[Any], year: int, round_: str) -> list[Any]:
    """The units of one page, each with `in_the_way` (labels of checks that find errors in its sheet, and the reason of
    a return), `with_whom` (who decides on a sheet that waits), `holders` (who enters and hands in there), `urged_at` and `urged_times`. A constant number of queries."""
    missing = [unit for unit in units if unit.is_missing]
    waiting = [sheet.pk for unit in units for sheet in unit.sheets_of_round if sheet.state == SheetState.SUBMITTED]
    with_whom = holders_of_documents("budget.sheet", waiting)
    found = _failing([sheet.pk for unit in missing for sheet in unit.sheets_of_round])
    people = _people(missing)
    urged = {row.unit_id: row for row in Urge.objects.filter(unit__in=missing, year=year, round=round_)}
    for unit in units:
        sheet = next(iter(unit.sheets_of_round), None)
        unit.in_the_way = [*_returned(sheet), *found.get(sheet.pk, [])] if sheet else []
        unit.holders = people.get(unit.pk, [])[:MOST_HOLDERS]
        unit.with_whom = with_whom.get(sheet.pk, "") if sheet else ""
        row = urged.get(unit.pk)
        unit.urged_at, unit.urged_times = (row.urged_at, row.times) if row else (None, 0)
    return units


def _returned(sheet: BudgetSheet) -> list[str]:
    return [sheet.return_reason] if sheet.state == SheetState.RETURNED and sheet.return_reason else []


def _failing(sheets: list[int]) -> dict[int, list[object]]:
    """Sheet → the labels of the checks whose screens name it."""
    failing: dict[int, list[object]] = defaultdict(list)
    if sheets:
        for name, screen in registry.check_screens.items():
            for sheet in screen(sheets):
                failing[sheet].append(LABELS.get(name, name))
    return failing


def _people(units: list[Unit]) -> dict[int, list[str]]:
    names: dict[int, list[str]] = defaultdict(list)
    posts = Post.objects.filter(unit__in=units, role__in=HOLDERS).on().select_related("user").order_by("role", "pk")
    for post in posts if units else ():
        names[post.unit_id].append(post.user.get_full_name())
    return names
