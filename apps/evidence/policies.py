"""Who may name witnesses."""

from django.utils.translation import gettext as _

from imbudget.kit.actor import Actor
from imbudget.kit.errors import ALLOWED, Verdict, refused

KEEPS = "security.administer"


def may_keep_peers(actor: Actor) -> Verdict:
    """Name the installations whose logs are witnessed here, and whose word about ours is heard."""
    if actor.can(KEEPS):
        return ALLOWED
    return refused(_("Only the security administrator names witnesses."))
