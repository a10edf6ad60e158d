"""Head counts on their way: a unit states them, finance approves them, from a day on they are in force."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.budget import policies
from apps.budget.models import StaffCategory, StaffChange, StaffChangeState, StaffCount
from apps.budget.models.staffchange import OPEN_STATES
from apps.budget.services.basetables import write_counts
from apps.budget.services.locks import refuse_closed_year, refuse_unknown_year
from apps.budget.transitions import STAFF_CHANGE
from apps.evidence import services as evidence
from apps.lowcode.selectors.cases import open_case
from apps.lowcode.services.cases import lock_case, resubmit, start_case
from apps.regions.models import Unit
from imbudget.kit.actor import Actor, system_actor
from imbudget.kit.acts import act
from imbudget.kit.errors import RuleViolation, require
from imbudget.kit.transitions import advance, is_open

SUBJECT = "budget.staff_change"
MOST = 1_000_000
CLOCK = system_actor("enforce_staff_changes")


@act
def state_staff_counts(  # noqa: PLR0913 - the parts of one statement
    actor: Actor,
    unit: Unit,
    year: int,
    counts: Mapping[int, int | None],
    as_of: date,
    in_force: date,
    source: str = "",
) -> StaffChange:
    """Hand the head counts of a unit in for approval; what was returned is handed in again as it is now."""
    require(policies.may_state_staff(actor, unit))
    refuse_unknown_year(year)
    refuse_closed_year(year)
    if as_of > timezone.localdate():
        raise RuleViolation(_("People are counted on a day that has been, not on one to come."))
    if in_force < as_of:
        raise RuleViolation(_("Head counts are in force from the day on which people are counted at the earliest."))
    values = {"counts": _compared(unit, year, counts), "as_of": as_of, "in_force": in_force, "source": source}
    held = StaffChange.objects.filter(unit=unit, year=year, state=StaffChangeState.RETURNED).first()
    if held is None:
        return _begin(actor, unit, year, values)
    lock_case(SUBJECT, held.pk)
    advance(STAFF_CHANGE, held, "submit", return_reason="", **values)
    _record(actor, held)
    case = open_case(SUBJECT, held.pk)
    if case is None:
        raise RuleViolation(_("The document is not under approval."))
    resubmit(actor, case)
    return held


def _begin(actor: Actor, unit: Unit, year: int, values: dict[str, Any]) -> StaffChange:
    if StaffChange.objects.filter(unit=unit, year=year, state__in=OPEN_STATES).exists():
        raise RuleViolation(_("Head counts of this year are under way already."))
    change = StaffChange(unit=unit, region_id=unit.region_id, year_id=year, author_id=actor.user_id, **values)
    change.full_clean(exclude=["region", "league"])
    change.save()
    change.refresh_from_db()
    _record(actor, change)
    start_case(actor, SUBJECT, change)
    return change


def _record(actor: Actor, change: StaffChange) -> None:
    facts = {"year": change.year_id, "counts": change.counts, "in_force": change.in_force.isoformat()}
    evidence.append("budget.staff_submitted", change, actor, **facts)


def _compared(unit: Unit, year: int, counts: Mapping[int, int | None]) -> dict[str, list[int | None]]:
    """Category → [people now, people as stated], where they differ."""
    held = dict(StaffCount.objects.filter(unit=unit, year=year).values_list("category_id", "people"))
    changes: dict[str, list[int | None]] = {}
    for category in StaffCategory.objects.filter(pk__in=list(counts)):
        before, after = held.get(category.pk), counts[category.pk]
        if after is not None and not 0 <= after <= MOST:
            raise RuleViolation(
                _("%(category)s: %(count)s people are not possible.") % {"category": category, "count": after}
            )
        if before != after:
            changes[category.code] = [before, after]
    if not changes:
        raise RuleViolation(_("These are the head counts that are in force already."))
    return changes


def approve_staff_change(actor: Actor, change: StaffChange) -> None:
    """The flow has approved: in force now, or on the day it names."""
    advance(STAFF_CHANGE, change, "approve")
    evidence.append("budget.staff_approved", change, actor, year=change.year_id, in_force=change.in_force.isoformat())
    if change.in_force <= timezone.localdate():
        _enforce(actor, change)


def return_staff_change(actor: Actor, change: StaffChange, reason: str) -> None:
    """The flow has returned it to the unit."""
    advance(STAFF_CHANGE, change, "return", return_reason=reason[:2000])
    evidence.append("budget.staff_returned", change, actor, reason=reason)


def refuse_staff_change(actor: Actor, change: StaffChange, reason: str) -> None:
    """The flow has refused it: the head counts stay as they are."""
    advance(STAFF_CHANGE, change, "refuse", return_reason=reason[:2000], ended_at=timezone.now())
    evidence.append("budget.staff_refused", change, actor, reason=reason)


def withdrawn_staff_change(actor: Actor, change: StaffChange, reason: str) -> None:
    """The unit has taken it back."""
    if is_open(STAFF_CHANGE, change, "withdraw"):
        advance(STAFF_CHANGE, change, "withdraw", ended_at=timezone.now())
        evidence.append("budget.staff_withdrawn", change, actor)


def enforce_due(today: date) -> int:
    """Put into force what was approved and whose day has come; each by itself. Says how many."""
    due = StaffChange.objects.filter(state=StaffChangeState.APPROVED, in_force__lte=today).order_by("pk")
    return sum(_enforce_waiting(CLOCK, change) for change in due.select_related("unit"))


@act
def _enforce_waiting(actor: Actor, change: StaffChange) -> bool:
    held = StaffChange.objects.select_for_update(of=("self",)).filter(pk=change.pk, state=StaffChangeState.APPROVED)
    if not held.exists():
        return False
    _enforce(actor, change)
    return True


def _enforce(actor: Actor, change: StaffChange) -> None:
    """Write the counts; who stated and who approved them stands in the case."""
    categories = dict(StaffCategory.objects.filter(code__in=change.counts).values_list("code", "pk"))
    counts = {categories[code]: after for code, (_before, after) in change.counts.items() if code in categories}
    write_counts(actor, change.unit, change.year_id, counts, change.as_of, change.source)
    advance(STAFF_CHANGE, change, "enforce", ended_at=timezone.now())
