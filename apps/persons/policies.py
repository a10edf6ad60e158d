"""Who sees personal data in clear, takes it away, and looks for what is held about a person."""

from typing import Any

from django.utils.translation import gettext as _

from apps.persons.models import Incident, PersonRequest, Processing, ProcessingKind
from apps.persons.transitions import INCIDENT, REQUEST
from imbudget.kit.actor import Actor
from imbudget.kit.errors import ALLOWED, Verdict, refused
from imbudget.kit.personal import Holding
from imbudget.kit.transitions import is_open


def may_unmask(actor: Actor, holding: Holding, row: Any) -> Verdict:
    """Read a row's personal data in clear: the office or unit whose row it is; those above see it masked."""
    if not actor.can("persons.unmask") or actor.user_id is None:
        return refused(_("Your post does not include seeing personal data in clear."))
    if holding.may is not None:
        return holding.may(actor, row)
    place = holding.scope(row)
    unit = getattr(place, "unit_id", None)
    if actor.unit_ids:
        at_home = actor.holds_unit(unit) or (unit is None and actor.is_home(place.region_id))
    else:
        at_home = actor.is_home(place.region_id)
    if not at_home:
        return refused(_("Personal data is shown in clear only to the office or unit that works with it."))
    return ALLOWED


def may_export(actor: Actor) -> Verdict:
    """Take a list with personal data away as a file."""
    if not actor.can("persons.export") or actor.user_id is None:
        return refused(_("Your post does not include taking personal data away in files."))
    return ALLOWED


def may_inspect(actor: Actor) -> Verdict:
    """Look for what is held about a person, and keep requests of persons."""
    if not actor.can("persons.inspect") or actor.user_id is None:
        return refused(_("What is held about a person is looked for by the security administrator and by auditors."))
    return ALLOWED


def may_answer(actor: Actor, request: PersonRequest) -> Verdict:
    """Close a request: whoever keeps the requests of its region."""
    if not (verdict := may_inspect(actor)):
        return verdict
    if not actor.can("security.administer") and not actor.is_home(request.region_id):
        return refused(_("A request is answered where it was filed."))
    if not is_open(REQUEST, request, "fulfil"):
        return refused(_("The person has been answered."))
    return ALLOWED


def may_set_periods(actor: Actor) -> Verdict:
    """Change how long data is kept: the security administrator, and the operator of the machine."""
    if actor.role == "system" and actor.user_id is None:
        return ALLOWED
    if not actor.can("security.administer"):
        return refused(_("Only the security administrator changes how long data is kept."))
    return ALLOWED


def may_file_incident(actor: Actor) -> Verdict:
    """Write down incidents and records of processing: the security administrator; auditors read them."""
    if not actor.can("security.administer") or actor.user_id is None:
        return refused(_("Incidents and records of processing are kept by the security administrator."))
    return ALLOWED


def may_handle_incident(actor: Actor, incident: Incident) -> Verdict:
    """Go on with an incident that is not closed."""
    if not (verdict := may_file_incident(actor)):
        return verdict
    if not is_open(INCIDENT, incident, "close"):
        return refused(_("This incident is closed."))
    return ALLOWED


def may_list_affected(actor: Actor, incident: Incident) -> Verdict:
    """Have the list of those concerned, of closed incidents too: somebody may ask later who was."""
    return may_file_incident(actor)


def may_end_processing(actor: Actor, processing: Processing) -> Verdict:
    """Write down when an agreement ends."""
    if processing.kind not in {ProcessingKind.PROVIDED, ProcessingKind.ENTRUSTED}:
        return refused(_("Only an agreement has an end."))
    return may_file_incident(actor)
