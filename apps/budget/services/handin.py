"""Hand in many sheets at once: SQL screens them, and only those that may have an error are checked one by one."""

from collections.abc import Callable

from django.utils import timezone

from apps.budget.models import BudgetSheet, SheetState
from apps.budget.screens import suspects
from apps.budget.services.locks import hold_figures
from apps.budget.services.sheets import hand_in
from apps.budget.transitions import SHEET
from apps.evidence import services as evidence
from imbudget.kit.actor import Actor
from imbudget.kit.errors import RuleViolation
from imbudget.kit.transitions import advance, advance_many

AT_ONCE = 1_000


def hand_in_many(actor: Actor, ids: list[int], goal: str, tell: Callable[[int, int], None]) -> list[tuple[str, str]]:
    """Check and advance locked sheets of one open year; gives (unit, reason) of those that stay with their units.

    Each sheet handed in leaves its evidence record, as if its unit had done it.
    """
    refused: list[tuple[str, str]] = []
    for start in range(0, len(ids), AT_ONCE):
        tell(start, len(ids))
        part = ids[start : start + AT_ONCE]
        hold_figures(part)
        doubtful = suspects(part)
        refused += _one_by_one(actor, sorted(doubtful), goal)
        _together(actor, [pk for pk in part if pk not in doubtful], goal)
    return refused


def _together(actor: Actor, ids: list[int], goal: str) -> None:
    sheets = BudgetSheet.objects.filter(pk__in=ids)
    now = timezone.now()
    advance_many(SHEET, sheets, "submit", submitted_at=now, return_reason="", updated_at=now)
    rows = sheets.select_related("unit").prefetch_related("region").order_by("pk")
    evidence.append_many("budget.submitted", [(sheet, {"total": str(sheet.total)}) for sheet in rows], actor)
    if goal == SheetState.ACCEPTED:
        advance_many(SHEET, sheets, "accept")


def _one_by_one(actor: Actor, ids: list[int], goal: str) -> list[tuple[str, str]]:
    refused = []
    for sheet in BudgetSheet.objects.filter(pk__in=ids).select_related("unit", "region", "year").order_by("pk"):
        try:
            hand_in(actor, sheet)
        except RuleViolation as refusal:
            refused.append((str(sheet.unit), str(refusal)))
            continue
        if goal == SheetState.ACCEPTED:
            advance(SHEET, sheet, "accept")
    return refused
