"""Acts on rosters: begin, make, import, check, hand in; what the flow decides."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.desk.kinds import Progress
from apps.evidence import services as evidence
from apps.lowcode.services.cases import give_up, lock_case, send_on, withdraw
from apps.regions.models import Unit
from apps.subsidy import policies
from apps.subsidy.models import Roster, Subsidy
from apps.subsidy.services import calculating, checking
from apps.subsidy.services.registers import RegisterRefused, silent
from apps.subsidy.services.staging import RegisterReport, stage
from apps.subsidy.transitions import ROSTER
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.crypto import sm3_of_file
from imbudget.kit.errors import RuleViolation, require
from imbudget.kit.transitions import advance, is_open

SUBJECT = "subsidy.roster"
Chosen = Mapping[str, list[int]]


@act
def begin_roster(actor: Actor, unit: Unit, subsidy: Subsidy, year: int, values: Mapping[str, Any]) -> Roster:
    """Begin a roster without lines; `values`: instalment, share, place, as_of (the first of January where not given)."""
    require(policies.may_file(actor, unit.pk))
    if not subsidy.is_open:
        raise RuleViolation(_("This subsidy is not in force."))
    roster = Roster(
        unit=unit,
        region_id=unit.region_id,
        subsidy=subsidy,
        year_id=year,
        author_id=actor.user_id,
        **{"as_of": date(year, 1, 1)} | {name: value for name, value in values.items() if value is not None},
    )
    if roster.place is not None and roster.place.region_id != unit.region_id:
        raise RuleViolation(_("The place does not belong to the region."))
    try:
        roster.full_clean(exclude=["league"])
    except ValidationError as error:
        raise RuleViolation(" ".join(error.messages)) from error
    calculating.standard_of(roster)
    roster.save()
    roster.refresh_from_db()
    evidence.append("subsidy.roster_made", roster, actor, subsidy=subsidy.code, instalment=roster.instalment)
    return roster


@act
def make_lines(actor: Actor, roster: Roster) -> None:
    """Work the lines out of the register anew, with what the standard gives, and check them."""
    _open_for_change(actor, roster)
    calculating.work_out(roster)
    calculating.write_lines(roster, calculating.MAKE)
    roster.refresh_from_db(fields=["count", "total"])
    if not roster.count:
        raise RuleViolation(_("Nobody in the register is due anything on this day."))
    evidence.append("subsidy.roster_made", roster, actor, count=roster.count, total=roster.total)
    _check(actor, roster)


@act
def import_lines(
    actor: Actor, roster: Roster, path: Path, name: str = "", *, progress: Progress = silent
) -> RegisterReport:
    """Take the lines from a file instead; areas and amounts are compared with the register. Raises RegisterRefused."""
    _open_for_change(actor, roster)
    report = RegisterReport()
    progress(0, 3, _("reading the rows"))
    list(stage("roster", path, report, name))  # all at once: lines are numbered through the file
    with connection.cursor() as cursor:
        cursor.execute("SELECT row FROM staged_roster WHERE amount < 0 OR amount >= 1e10 OR quantity < 0")
        for (row,) in cursor.fetchall():
            report.add(row, _("The number must be above zero."))
    if report.error_count:
        raise RegisterRefused(report)
    progress(1, 3, _("comparing with the register"))
    calculating.work_out(roster)
    calculating.write_lines(roster, calculating.TAKE)
    roster.refresh_from_db(fields=["count", "total"])
    report.written = roster.count
    evidence.append(
        "subsidy.roster_imported",
        roster,
        actor,
        file=name or path.name,
        digest=sm3_of_file(path),
        count=roster.count,
        total=roster.total,
    )
    progress(2, 3, _("checking the lines"))
    _check(actor, roster)
    return report


@act
def check_roster(actor: Actor, roster: Roster) -> None:
    """Look through the lines anew: registers and lists may have changed."""
    _open_for_change(actor, roster)
    _check(actor, roster)


def _check(actor: Actor, roster: Roster) -> None:
    stops, warns = checking.find(roster)
    roster.stops, roster.warns, roster.checked_at = stops, warns, timezone.now()
    roster.save(update_fields=["stops", "warns", "checked_at"])
    evidence.append("subsidy.roster_checked", roster, actor, stops=stops, warns=warns)


@act
def submit_roster(actor: Actor, roster: Roster, *, chosen: Chosen | None = None) -> None:
    """Hand a roster in: checked once more now; refused while a finding stops it."""
    require(policies.may_submit(actor, roster))
    lock_case(SUBJECT, roster.pk)
    lock_roster(roster)
    if not roster.count:
        raise RuleViolation(_("The roster has no lines yet."))
    _check(actor, roster)
    if roster.stops:
        raise RuleViolation(
            _("%(count)s findings stop this roster: take the lines out or mend the register first.")
            % {"count": roster.stops}
        )
    advance(ROSTER, roster, "submit", return_reason="")
    evidence.append("subsidy.roster_submitted", roster, actor, count=roster.count, total=roster.total)
    send_on(actor, SUBJECT, roster, chosen=chosen)
    roster.refresh_from_db()


@act
def withdraw_roster(actor: Actor, roster: Roster) -> None:
    """Take a roster back before it is decided."""
    require(policies.may_withdraw(actor, roster))
    case = lock_case(SUBJECT, roster.pk)
    if case is None:
        raise RuleViolation(_("The roster is not under approval."))
    withdraw(actor, case)
    roster.refresh_from_db()


@act
def abandon_roster(actor: Actor, roster: Roster) -> None:
    """Give a draft or a returned roster up; it stays to be read."""
    require(policies.may_abandon(actor, roster))
    case = lock_case(SUBJECT, roster.pk)
    lock_roster(roster)
    if case is not None:
        give_up(actor, case)
    advance(ROSTER, roster, "abandon")
    evidence.append("subsidy.roster_abandoned", roster, actor)


def approve_roster(actor: Actor, roster: Roster) -> None:
    """The flow has approved: it goes before the public next."""
    advance(ROSTER, roster, "approve")
    evidence.append("subsidy.roster_approved", roster, actor, count=roster.count, total=roster.total)


def return_roster(actor: Actor, roster: Roster, reason: str) -> None:
    """The flow has returned the roster."""
    advance(ROSTER, roster, "return", return_reason=reason[:2000])
    evidence.append("subsidy.roster_returned", roster, actor, reason=reason)


def refuse_roster(actor: Actor, roster: Roster, reason: str) -> None:
    """The flow has refused the roster for good."""
    advance(ROSTER, roster, "refuse", return_reason=reason[:2000])
    evidence.append("subsidy.roster_returned", roster, actor, reason=reason, final=True)


def withdrawn_roster(actor: Actor, roster: Roster, reason: str) -> None:
    """Who handed the roster in has taken it back."""
    if is_open(ROSTER, roster, "withdraw"):
        advance(ROSTER, roster, "withdraw")
        evidence.append("subsidy.roster_withdrawn", roster, actor)


def _open_for_change(actor: Actor, roster: Roster) -> None:
    require(policies.may_edit(actor, roster))
    lock_roster(roster)
    require(policies.may_edit(actor, roster))


def lock_roster(roster: Roster) -> None:
    """The roster's row under its lock, and what may have moved meanwhile."""
    Roster.objects.select_for_update(of=("self",), no_key=True).get(pk=roster.pk)
    roster.refresh_from_db(fields=["state", "count", "total", "stops", "warns"])
