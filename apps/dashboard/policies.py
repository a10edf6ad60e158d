"""Who sees maps of regions, and who loads their boundaries."""

from django.utils.translation import gettext as _

from imbudget.kit.actor import Actor, Reach
from imbudget.kit.errors import ALLOWED, Verdict, refused


def may_see_map(actor: Actor) -> Verdict:
    """Whoever's post sees whole regions."""
    if actor.reach in {Reach.UNITS, Reach.NOTHING}:
        return refused(
            _("The map shows whole regions: it is open to finance offices. Your own figures stand on your home page.")
        )
    return ALLOWED


def may_load_boundaries(actor: Actor) -> Verdict:
    """The system administrator, and the operator of the machine by command."""
    if actor.role != "system" and not actor.can("system.administer"):
        return refused(_("Only the system administrator loads maps of boundaries."))
    return ALLOWED


def no_measure() -> str:
    """Why there is nothing to choose."""
    return _("Your present post sees none of the figures that the map shows.")
