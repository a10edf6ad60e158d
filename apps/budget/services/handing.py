"""The way of a budget sheet: handed in, taken back, and what its flow decides.

Locks are taken in the order of the approval engine: case, compilation, sheet.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.budget import policies
from apps.budget.checks import blocking, check_sheet
from apps.budget.models import BudgetRound, BudgetSheet
from apps.budget.services.locks import hold_figures, lock_compilation, lock_sheet, refuse_closed_year
from apps.budget.services.told import OF_UNITS, named, people_at, round_named
from apps.budget.transitions import SHEET
from apps.evidence import services as evidence
from apps.lowcode.models import CaseState
from apps.lowcode.selectors.cases import latest_case, state_of
from apps.lowcode.services.cases import lock_case, send_on, take_back
from apps.notices.services import notify
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.errors import RuleViolation, require
from imbudget.kit.findings import Finding
from imbudget.kit.transitions import advance, advance_many, is_open

SUBJECT = "budget.sheet"
Chosen = Mapping[str, list[int]]


class StoppedByChecks(RuleViolation):
    """Checks stop the hand-in; `errors` are what they found, so that a page can lead to each of them."""

    def __init__(self, errors: Sequence[Finding]) -> None:
        self.errors = errors
        text = _("The checks found %(count)s errors, the first: %(first)s")
        super().__init__(text % {"count": len(errors), "first": errors[0].text})


@act
def submit_sheet(actor: Actor, sheet: BudgetSheet, *, chosen: Chosen | None = None) -> None:
    """Hand the sheet in for approval; refused while a check finds an error.

    `chosen` are the approvers whom a step of the flow leaves to the applicant: step → users.
    """
    require(policies.may_submit(actor, sheet))
    lock_case(SUBJECT, sheet.pk)
    hand_in(actor, sheet)
    send_on(actor, SUBJECT, sheet, chosen=chosen)
    sheet.refresh_from_db()


def hand_in(actor: Actor, sheet: BudgetSheet) -> None:
    """Check and advance a sheet; for services that have settled who may and send it on its way."""
    refuse_closed_year(sheet.year_id)
    lock_sheet(sheet)
    if sheet.round == BudgetRound.SECOND_UP:
        hold_figures([sheet.pk])
    errors = blocking(check_sheet(sheet))
    if errors:
        raise StoppedByChecks(errors)
    advance(SHEET, sheet, "submit", submitted_at=timezone.now(), return_reason="", updated_at=timezone.now())
    evidence.append("budget.submitted", sheet, actor, total=str(sheet.total))


@act
def recall_sheet(actor: Actor, sheet: BudgetSheet) -> None:
    """Take the sheet back before anybody has decided on it."""
    require(policies.may_recall(actor, sheet))
    case = lock_case(SUBJECT, sheet.pk)
    if case is None:
        raise RuleViolation(_("The document is not under approval."))
    take_back(actor, case)
    sheet.refresh_from_db()


@act
def reopen_sheet(actor: Actor, sheet: BudgetSheet, reason: str) -> None:
    """Take an accepted sheet out of the budget again: its unit reads the reason, mends it and hands it in anew."""
    require(policies.may_reopen_sheet(actor, sheet))
    refuse_closed_year(sheet.year_id)
    if not reason:
        raise RuleViolation(_("Say why, so that the unit knows what to mend."))
    _refuse_compiled(sheet)
    _send_back(actor, sheet, "reopen", reason)
    _tell_unit(actor, sheet, reason)


def accept_sheet(actor: Actor, sheet: BudgetSheet) -> None:
    """The flow has approved: the sheet is in the region's budget."""
    for refusal in accept_sheets(actor, [sheet]).values():
        raise RuleViolation(refusal)


def accept_sheets(actor: Actor, sheets: Sequence[BudgetSheet]) -> dict[int, str]:
    """The flow has approved these; gives those that cannot be taken in now, and why."""
    refused: dict[int, str] = {}
    places: dict[tuple[int, int, str], list[int]] = defaultdict(list)
    for sheet in sheets:
        places[sheet.region_id, sheet.year_id, sheet.round].append(sheet.pk)
    for place, keys in sorted(places.items()):
        try:
            refuse_closed_year(place[1])
            refuse_compiled(*place)
        except RuleViolation as refusal:
            refused |= dict.fromkeys(keys, str(refusal))
            continue
        refused |= _accept(actor, keys)
    return refused


def _accept(actor: Actor, keys: list[int]) -> dict[int, str]:
    related = BudgetSheet.objects.select_related("unit", "region")
    locked = list(related.filter(pk__in=keys).order_by("pk").select_for_update(of=("self",), no_key=True))
    open_ = [sheet for sheet in locked if is_open(SHEET, sheet, "accept")]
    gone = set(keys) - {sheet.pk for sheet in open_}
    rows = BudgetSheet.objects.filter(pk__in=[sheet.pk for sheet in open_])
    if open_:
        advance_many(SHEET, rows, "accept", updated_at=timezone.now())
        evidence.append_many("budget.accepted", [(sheet, {"total": str(sheet.total)}) for sheet in open_], actor)
    text = _("Someone else has just moved this on: this step is no longer open. Reload the page.")
    return dict.fromkeys(gone, text)


def return_sheet(actor: Actor, sheet: BudgetSheet, reason: str) -> None:
    """The flow has returned (or refused) the sheet: its unit may change it."""
    refuse_closed_year(sheet.year_id)
    _refuse_compiled(sheet)
    _send_back(actor, sheet, "send_back", reason)
    _tell_unit(actor, sheet, reason)


def withdrawn_sheet(actor: Actor, sheet: BudgetSheet, reason: str) -> None:
    """The unit has taken the sheet back; one that had been returned stays returned."""
    if not is_open(SHEET, sheet, "recall"):
        return
    refuse_closed_year(sheet.year_id)
    advance(SHEET, sheet, "recall", updated_at=timezone.now())
    evidence.append("budget.recalled", sheet, actor)


def _send_back(actor: Actor, sheet: BudgetSheet, arrow: str, reason: str) -> None:
    advance(SHEET, sheet, arrow, return_reason=reason[:2000], updated_at=timezone.now())
    evidence.append("budget.sent_back", sheet, actor, reason=reason)


def _tell_unit(actor: Actor, sheet: BudgetSheet, reason: str) -> None:
    """The unit's clerks and heads, but for those whom the engine tells: who handed in or drew up what comes back."""
    case = latest_case(SUBJECT, sheet.pk)
    back = case is not None and case.state in (CaseState.RETURNED, CaseState.REJECTED)
    told: Iterable[int] = state_of(case).applicants if case and back else ()
    people = set(people_at(Q(unit=sheet.unit_id), "unit_id", OF_UNITS).get(sheet.unit_id, []))
    values: dict[str, Any] = {"unit": named(sheet.unit), "round": round_named(sheet.round), "text": reason}
    notify(sorted(people - set(told) - {actor.user_id or 0}), "budget.returned", sheet.get_absolute_url(), **values)


def _refuse_compiled(sheet: BudgetSheet) -> None:
    refuse_compiled(sheet.region_id, sheet.year_id, sheet.round)


def refuse_compiled(region_id: int, year: int, round_: str) -> None:
    """Nothing in a compiled budget moves; takes the lock of the compilation."""
    if lock_compilation(region_id, year, round_).is_locked:
        raise RuleViolation(
            _(
                "The region's budget of this round is compiled. Open the compilation again before you change what is in it."
            )
        )
