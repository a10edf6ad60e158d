"""Objections to rosters: filed by anybody on the public page or recorded by the unit, answered by a second person."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import Post
from apps.evidence import services as evidence
from apps.notices.services import notify
from apps.review.services.clock import certain_today
from apps.review.services.objections import HOURLY, new_code, public_actor
from apps.subsidy import policies
from apps.subsidy.models import Roster, RosterLine, RosterObjection
from apps.subsidy.selectors.public import is_open_to_objections
from apps.subsidy.services.payments import stop_lines
from apps.subsidy.services.rosters import lock_roster
from apps.subsidy.transitions import OBJECTION
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.crypto import sm3_hex
from imbudget.kit.errors import RuleViolation, require
from imbudget.kit.transitions import advance

__all__ = ["answer_objection", "file_objection", "public_actor", "record_objection"]


@act
def record_objection(
    actor: Actor, roster: Roster, line: RosterLine | None, ground: str, person: str = "", contact: str = ""
) -> RosterObjection:
    """Record what somebody objects who came to the unit; who objects is sealed, and may stay unknown."""
    require(policies.may_object(actor, roster))
    lock_roster(roster)
    require(policies.may_object(actor, roster))
    made = _make(roster, line, ground, person=person, contact=contact, author_id=actor.user_id)
    evidence.append("subsidy.objection_recorded", made, actor, roster=str(roster), line=line.number if line else None)
    return made


@act
def file_objection(  # noqa: PLR0913 - what its form asks
    actor: Actor,
    roster: Roster,
    line: RosterLine | None,
    ground: str,
    *,
    proof: str,
    person: str = "",
    contact: str = "",
) -> RosterObjection:
    """Take in what somebody objects on the public page; anonymous without a name. `proof` is the work done for it, once.

    Raises RuleViolation after the last day, and for too many from one address.
    """
    lock_roster(roster)
    if not is_open_to_objections(roster, certain_today()):
        raise RuleViolation(_("The time to object to this roster is over."))
    _refuse_flood(actor.address)
    if RosterObjection.objects.filter(proof=proof).exists():
        raise RuleViolation(_("This form has been sent already. Open the page again to file another objection."))
    made = _make(roster, line, ground, person=person, contact=contact, source=actor.address, proof=proof)
    digest = sm3_hex(made.ground.encode())
    number = line.number if line else None
    evidence.append("subsidy.objection_filed", made, actor, roster=str(roster), line=number, ground=digest)
    _tell_unit(made)
    return made


def _make(roster: Roster, line: RosterLine | None, ground: str, **values: Any) -> RosterObjection:
    if line is not None and line.roster_id != roster.pk:
        raise RuleViolation(_("The line belongs to another roster."))
    if not ground.strip():
        raise RuleViolation(_("Say what is objected to."))
    for name in ("person", "contact"):
        values[name] = values[name].strip()[:140]
    place = {"roster": roster, "region_id": roster.region_id, "unit_id": roster.unit_id, "line": line}
    return RosterObjection.objects.create(code=new_code(), ground=ground.strip()[:2000], **place, **values)


def _refuse_flood(address: str) -> None:
    hour = timezone.now() - timedelta(hours=1)
    if address and RosterObjection.objects.filter(source_index=address, filed_at__gte=hour).count() >= HOURLY:
        raise RuleViolation(_("Too many objections came from your address. Try again in an hour."))


def _tell_unit(objection: RosterObjection) -> None:
    """Whoever may decide it: the people of the unit but who made the roster."""
    people = set(Post.objects.on().filter(unit=objection.unit_id).values_list("user_id", flat=True))
    people.discard(objection.roster.author_id)
    notify(people, "subsidy.objected", objection.get_absolute_url(), roster=str(objection.roster))


@act
def answer_objection(actor: Actor, objection: RosterObjection, answer: str, uphold: bool) -> None:
    """Decide an objection with an answer; one that is upheld stops its line: it is not paid."""
    require(policies.may_answer(actor, objection))
    lock_roster(objection.roster)
    if not answer.strip():
        raise RuleViolation(_("Write the answer."))
    advance(
        OBJECTION,
        objection,
        "uphold" if uphold else "dismiss",
        answer=answer.strip()[:2000],
        answered_at=timezone.now(),
        answerer_id=actor.user_id,
    )
    evidence.append("subsidy.objection_answered", objection, actor, upheld=uphold)
    if uphold and objection.line is not None:
        stop_lines(actor, objection.roster, [objection.line.pk], _("objection upheld"))
