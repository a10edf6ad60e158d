"""The way of a region's report: sent upwards, taken back, and what its flow decides.

Locks are taken in the order of the approval engine: case, upper compilation, own compilation.
"""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.budget import policies
from apps.budget.models import Compilation
from apps.budget.services.locks import lock_compilation, refuse_closed_year
from apps.budget.services.told import OF_REGIONS, named, people_at, round_named
from apps.budget.transitions import COMPILATION
from apps.evidence import services as evidence
from apps.lowcode.selectors.cases import latest_case
from apps.lowcode.services.cases import lock_case, send_on, take_back
from apps.notices.services import notify
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.errors import RuleViolation, require
from imbudget.kit.transitions import advance, is_open

SUBJECT = "budget.report"
Chosen = Mapping[str, list[int]]


@act
def report_budget(actor: Actor, compilation: Compilation, *, chosen: Chosen | None = None) -> None:
    """Send the compiled figures to the upper region, whose flow decides on them."""
    lock_case(SUBJECT, compilation.pk)
    locked = lock_compilation(compilation.region_id, compilation.year_id, compilation.round)
    require(policies.may_report(actor, locked))
    refuse_closed_year(locked.year_id)
    advance(COMPILATION, locked, "report", reported_at=timezone.now(), updated_at=timezone.now())
    evidence.append("budget.reported", locked, actor, **_figures(locked))
    send_on(actor, SUBJECT, locked, chosen=chosen)


@act
def withdraw_report(actor: Actor, compilation: Compilation) -> None:
    """Take the report back before the upper region has decided: the budget is compiled, and not reported."""
    require(policies.may_withdraw_report(actor, compilation))
    case = lock_case(SUBJECT, compilation.pk)
    if case is None:
        raise RuleViolation(_("The document is not under approval."))
    take_back(actor, case)


@act
def reopen_report(actor: Actor, compilation: Compilation, reason: str) -> None:
    """Return an accepted report of a lower region; its finance office may then change what is in it."""
    locked = _lock_report(compilation)
    require(policies.may_reopen_report(actor, locked))
    refuse_closed_year(locked.year_id)
    if not reason:
        raise RuleViolation(_("Say why, so that the region knows what to mend."))
    _send_back(actor, locked, "reopen_report", reason)
    _tell_region(actor, locked, reason)


def accept_report(actor: Actor, compilation: Compilation) -> None:
    """The flow of the upper region has approved: the report is in its budget."""
    locked = _lock_report(compilation)
    refuse_closed_year(locked.year_id)
    advance(COMPILATION, locked, "receive", updated_at=timezone.now())
    evidence.append("budget.report_received", locked, actor, **_figures(locked))


def return_report(actor: Actor, compilation: Compilation, reason: str) -> None:
    """The flow has returned (or refused) the report."""
    locked = _lock_report(compilation)
    refuse_closed_year(locked.year_id)
    _send_back(actor, locked, "send_back", reason)
    case = latest_case(SUBJECT, locked.pk)
    if case is not None and case.applicant_id is None:  # else the engine tells who sent it
        _tell_region(actor, locked, reason)


def withdrawn_report(actor: Actor, compilation: Compilation, reason: str) -> None:
    """The region has taken its report back; one that had been returned stays returned."""
    locked = lock_compilation(compilation.region_id, compilation.year_id, compilation.round)
    if not is_open(COMPILATION, locked, "withdraw"):
        return
    refuse_closed_year(locked.year_id)
    advance(COMPILATION, locked, "withdraw", updated_at=timezone.now())
    evidence.append("budget.report_withdrawn", locked, actor, **_figures(locked))


def _send_back(actor: Actor, compilation: Compilation, arrow: str, reason: str) -> None:
    advance(COMPILATION, compilation, arrow, return_reason=reason[:2000], updated_at=timezone.now())
    evidence.append("budget.report_sent_back", compilation, actor, reason=reason, **_figures(compilation))


def _tell_region(actor: Actor, compilation: Compilation, reason: str) -> None:
    people = people_at(Q(region=compilation.region_id), "region_id", OF_REGIONS).get(compilation.region_id, [])
    values: dict[str, Any] = {
        "region": named(compilation.region),
        "round": round_named(compilation.round),
        "text": reason,
    }
    others = [user for user in dict.fromkeys(people) if user != actor.user_id]
    notify(others, "budget.report_returned", compilation.get_absolute_url(), **values)


def _lock_report(compilation: Compilation) -> Compilation:
    """Lock the upper compilation, then the report; refused when the upper budget is compiled already."""
    upper = compilation.region.upper
    if upper is not None:
        above = lock_compilation(upper.pk, compilation.year_id, compilation.round)
        if above.is_locked:
            raise RuleViolation(
                _("Your own budget of this round is compiled. Open it again before you answer reports from below.")
            )
    return lock_compilation(compilation.region_id, compilation.year_id, compilation.round)


def _figures(compilation: Compilation) -> dict[str, Any]:
    snapshot = compilation.snapshot
    return {"snapshot": snapshot.number, "total": str(snapshot.total), "digest": snapshot.digest} if snapshot else {}
