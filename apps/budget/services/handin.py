"""Hand in many sheets at once: SQL screens them, and only those that may have an error are checked one by one.

What the finance office brings in is handed in in the name of its units: the case of a sheet has no user as applicant,
else separation of duties would keep the only officer of a banner from deciding on it. Who brought it in stands in
evidence, and the flow can ask for it (`by_office`).
"""

from collections.abc import Callable, Iterable

from django.conf import settings
from django.utils import timezone, translation

from apps.budget.models import BudgetSheet, SheetState
from apps.budget.screens import suspects
from apps.budget.services.handing import SUBJECT, hand_in
from apps.budget.services.locks import hold_figures
from apps.budget.transitions import SHEET
from apps.evidence import services as evidence
from apps.lowcode.models import Case, CaseState
from apps.lowcode.services.cases import give_up
from apps.lowcode.services.many import start_many
from imbudget.kit.actor import Actor
from imbudget.kit.errors import RuleViolation
from imbudget.kit.transitions import advance, advance_many

AT_ONCE = 1_000


def hand_in_many(actor: Actor, ids: list[int], goal: str, tell: Callable[[int, int], None]) -> list[tuple[str, str]]:
    """Check and advance locked sheets of one open year; gives (unit, reason) of those that stay with their units.

    Each sheet handed in leaves its evidence record, as if its unit had done it, and goes on its way of approval; with
    the goal `accepted` they are facts of the past, which nobody decides on any more.
    """
    refused: list[tuple[str, str]] = []
    for start in range(0, len(ids), AT_ONCE):
        tell(start, len(ids))
        part = ids[start : start + AT_ONCE]
        hold_figures(part)
        _give_up_returned(actor, part)
        doubtful = suspects(part)
        stayed = _one_by_one(actor, sorted(doubtful), goal)
        _together(actor, [pk for pk in part if pk not in doubtful], goal)
        if goal == SheetState.SUBMITTED:
            begin_cases_of(actor, [pk for pk in part if pk not in stayed], by_office=True)
        refused += stayed.values()
    return refused


def begin_cases_of(actor: Actor, ids: Iterable[int], *, by_office: bool) -> None:
    """Send sheets that are handed in on their way, in the name of their units."""
    related = ("unit", "region")
    sheets = list(BudgetSheet.objects.filter(pk__in=list(ids)).select_related(*related).order_by("pk"))
    for sheet in sheets:
        sheet.by_office = by_office
    start_many(actor, SUBJECT, sheets, applicant=in_the_name_of)


def in_the_name_of(sheet: BudgetSheet) -> Actor:
    """The unit itself as the applicant: nobody's post, nobody's signature."""
    with translation.override(settings.LANGUAGE_CODE):
        return Actor(user_id=None, name=str(sheet.unit))


def _give_up_returned(actor: Actor, ids: list[int]) -> None:
    """What had been returned comes anew, in another name: its old way ends. The caller has locked these cases."""
    cases = Case.objects.filter(subject=SUBJECT, document_id__in=ids, state=CaseState.RETURNED)
    for case in cases.order_by("pk"):
        give_up(actor, case)


def _together(actor: Actor, ids: list[int], goal: str) -> None:
    sheets = BudgetSheet.objects.filter(pk__in=ids)
    now = timezone.now()
    advance_many(SHEET, sheets, "submit", submitted_at=now, return_reason="", updated_at=now)
    rows = sheets.select_related("unit").prefetch_related("region").order_by("pk")
    evidence.append_many("budget.submitted", [(sheet, {"total": str(sheet.total)}) for sheet in rows], actor)
    if goal == SheetState.ACCEPTED:
        advance_many(SHEET, sheets, "accept")


def _one_by_one(actor: Actor, ids: list[int], goal: str) -> dict[int, tuple[str, str]]:
    refused = {}
    for sheet in BudgetSheet.objects.filter(pk__in=ids).select_related("unit", "region", "year").order_by("pk"):
        try:
            hand_in(actor, sheet)
        except RuleViolation as refusal:
            refused[sheet.pk] = str(sheet.unit), str(refusal)
            continue
        if goal == SheetState.ACCEPTED:
            advance(SHEET, sheet, "accept")
    return refused
