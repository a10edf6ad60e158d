"""Who may do what with data keys: nobody alone destroys one."""

from django.utils.translation import gettext as _

from apps.vault.models import DataKey, KeyDestruction
from imbudget.kit.actor import Actor
from imbudget.kit.errors import ALLOWED, Verdict, refused

PROPOSES, DECIDES = "security.administer", "audit.administer"


def may_keep_keys(actor: Actor) -> Verdict:
    """Make and change data keys: the operator of the machine, by command."""
    if actor.role == "system":
        return ALLOWED
    return refused(_("Keys are made and changed by the commands of the operator only."))


def may_propose(actor: Actor, key: DataKey) -> Verdict:
    """Propose that a key be destroyed: the security administrator, once nothing lies under it."""
    if not actor.can(PROPOSES):
        return refused(_("Only the security administrator proposes that a key be destroyed."))
    if key.state != DataKey.State.RETIRED or key.empty_since is None:
        return refused(_("Data may still lie under this key. It can be destroyed once rotate_keys has ended."))
    return ALLOWED


def may_decide(actor: Actor, destruction: KeyDestruction) -> Verdict:
    """Confirm or refuse it: the audit administrator, who is another person."""
    if not actor.can(DECIDES):
        return refused(_("Only the audit administrator decides whether a key is destroyed."))
    if actor.user_id == destruction.proposer_id:
        return refused(_("Whoever proposed it cannot confirm it: two persons destroy a key."))
    return ALLOWED
