"""Who may do what at the audit desk."""

from django.utils.translation import gettext as _

from imbudget.kit.actor import Actor
from imbudget.kit.errors import ALLOWED, Verdict, refused

ADMINISTERS = frozenset({"system.administer", "security.administer", "audit.administer"})


def may_search(actor: Actor) -> Verdict:
    """Auditors in their scope, and the audit administrator."""
    if actor.can("evidence.see") or actor.can("audit.administer"):
        return ALLOWED
    return refused(_("Auditors and the audit administrator read the trail."))


def may_see_administrators(actor: Actor) -> Verdict:
    """Each of the three administrators sees what the other two have done; nobody else does here."""
    if ADMINISTERS & actor.grants:
        return ALLOWED
    return refused(_("Only the three administrators read what one of them has done."))
