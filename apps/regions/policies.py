"""Who keeps regions, departments and budget units."""

from django.utils.translation import gettext as _

from imbudget.kit.actor import Actor
from imbudget.kit.errors import ALLOWED, Verdict, refused


def may_keep(actor: Actor) -> Verdict:
    """The system administrator, and the operator of the machine by command."""
    if actor.role != "system" and not actor.can("system.administer"):
        return refused(_("Only the system administrator changes regions, departments and units."))
    return ALLOWED


def may_roll_out(actor: Actor) -> Verdict:
    """The system administrator, and the operator of the machine by command."""
    if actor.role != "system" and not actor.can("system.administer"):
        return refused(_("Only the system administrator switches regions on."))
    return ALLOWED
