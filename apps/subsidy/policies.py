"""Who may do what with subsidies, registers and rosters; each answer carries its reason."""

from django.utils.translation import gettext as _

from apps.subsidy.models import OPEN_STATES, Household, Roster, RosterObjection, RosterState
from apps.subsidy.transitions import OBJECTION, ROSTER
from imbudget.kit.actor import Actor
from imbudget.kit.errors import ALLOWED, Verdict, refused
from imbudget.kit.transitions import is_open


def may_configure(actor: Actor, region_id: int | None) -> Verdict:
    """Keep subsidies, standards and registers of a region: its own finance office; the operator of the machine everywhere."""
    if actor.role == "system" and actor.user_id is None:
        return ALLOWED
    if not actor.can("subsidy.configure") or not actor.is_home(region_id):
        return refused(_("Only the finance office of the region keeps its subsidies and registers."))
    return ALLOWED


def may_file(actor: Actor, unit_id: int | None) -> Verdict:
    """Begin a roster: the unit that pays the subsidy."""
    if not actor.can("subsidy.file") or not actor.holds_unit(unit_id):
        return refused(_("Only the unit that pays the subsidy files its roster."))
    return ALLOWED


def may_edit(actor: Actor, roster: Roster) -> Verdict:
    """Make lines anew, import or check them while nobody decides on the roster."""
    if not (verdict := may_file(actor, roster.unit_id)):
        return verdict
    if roster.state not in OPEN_STATES:
        return refused(_("The roster has been handed in. Take it back first."))
    return ALLOWED


def may_submit(actor: Actor, roster: Roster) -> Verdict:
    """Hand a roster in."""
    return _open_to_unit(actor, roster, "submit", _("The roster has been handed in already."))


def may_withdraw(actor: Actor, roster: Roster) -> Verdict:
    """Take a roster back while it is under approval."""
    return _open_to_unit(actor, roster, "withdraw", _("Only a roster under approval can be taken back."))


def may_abandon(actor: Actor, roster: Roster) -> Verdict:
    """Give a roster up that was never approved."""
    return _open_to_unit(actor, roster, "abandon", _("Only a draft or a returned roster can be given up."))


def may_publish(actor: Actor, roster: Roster) -> Verdict:
    """Put an approved roster before the public."""
    return _open_to_unit(actor, roster, "publish", _("Only an approved roster is put before the public."))


def may_end_publicity(actor: Actor, roster: Roster) -> Verdict:
    """Let a roster go on once its days are over."""
    return _open_to_unit(actor, roster, "end", _("The roster is not before the public."))


def may_object(actor: Actor, roster: Roster) -> Verdict:
    """Record an objection: the unit, for whoever came to it."""
    return _open_to_unit(actor, roster, "end", _("Objections are recorded while the roster is before the public."))


def may_answer(actor: Actor, objection: RosterObjection) -> Verdict:
    """Answer an objection: somebody of the unit, other than who recorded it, or who made the roster that the public objects to."""
    if not (verdict := may_file(actor, objection.unit_id)):
        return verdict
    if objection.is_of_public and objection.roster.author_id == actor.user_id:
        return refused(_("Who made the roster does not decide objections to it: a second person of the unit does."))
    if objection.author_id == actor.user_id:
        return refused(_("Who recorded an objection does not decide it: a second person of the unit does."))
    if not is_open(OBJECTION, objection, "uphold"):
        return refused(_("The objection has been answered."))
    return ALLOWED


def may_pay(actor: Actor, roster: Roster) -> Verdict:
    """Draw up payment requests, correct failed lines, pay them again, stop lines."""
    if not (verdict := may_file(actor, roster.unit_id)):
        return verdict
    if roster.state != RosterState.READY:
        return refused(_("A roster is paid once its publicity is over."))
    if not actor.can("disbursement.pay"):
        return refused(_("Your post does not ask for payments."))
    return ALLOWED


def may_stop(actor: Actor, roster: Roster) -> Verdict:
    """Stop payments to households before they are made."""
    if not (verdict := may_file(actor, roster.unit_id)):
        return verdict
    if roster.state not in {RosterState.APPROVED, RosterState.PUBLISHED, RosterState.READY}:
        return refused(_("Lines are stopped once the roster is approved; before that they are corrected."))
    return ALLOWED


def may_change_household(actor: Actor, household: Household) -> Verdict:
    """Change a household of the register."""
    return may_configure(actor, household.region_id)


def _open_to_unit(actor: Actor, roster: Roster, name: str, closed: str) -> Verdict:
    if not (verdict := may_file(actor, roster.unit_id)):
        return verdict
    return ALLOWED if is_open(ROSTER, roster, name) else refused(closed)
