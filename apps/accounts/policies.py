"""Who may appoint whom, and to what."""

from django.utils.translation import gettext as _

from apps.accounts.models import Post, User
from apps.accounts.roles import ROLES
from imbudget.kit.actor import Actor
from imbudget.kit.errors import ALLOWED, Verdict, refused


def may_appoint(actor: Actor, user_id: int) -> Verdict:
    """Only the security administrator gives posts, and never to themselves."""
    if actor.role != "system" and not actor.can("security.administer"):
        return refused(_("Only the security administrator gives and ends posts."))
    if actor.user_id is not None and actor.user_id == user_id:
        return refused(_("Nobody gives posts to themselves."))
    return ALLOWED


def may_hold(post: Post, others: list[Post]) -> Verdict:
    """Whether the post fits its node and goes together with the user's other posts (三员分立)."""
    role = ROLES[post.role]
    if post.node is None or getattr(post, f"{role.node}_id") is None:
        return refused(_("This role does not stand at this kind of node."))
    if role.node == "region" and post.region and post.region.level not in role.levels:
        return refused(_("This role does not stand at this level of the region tree."))
    for other in others:
        if role.administrator or ROLES[other.role].administrator:
            return refused(_("An administrator holds exactly one post and no business post (three separate people)."))
    return ALLOWED


def may_manage(actor: Actor, user: User) -> Verdict:
    """Whether the actor may keep this user's account: create it, change it, unlock it."""
    if actor.role != "system" and not actor.can("system.administer"):
        return refused(_("Only the system administrator keeps accounts."))
    return ALLOWED


def may_take_over(actor: Actor, user: User) -> Verdict:
    """Whether the actor may reset this user's password or switch the account off.

    Whoever resets a password can sign in with it once: between administrators that would undo their separation.
    """
    verdict = may_manage(actor, user)
    if not verdict or actor.role == "system":
        return verdict
    if actor.user_id == user.pk:
        return refused(_("Change your own password on the page for it; nobody switches themselves off."))
    if any(ROLES[post.role].administrator for post in user.posts.not_ended()):
        return refused(
            _("The account of an administrator is reset at the server only (docs/operations.md: reset_password).")
        )
    return ALLOWED


def may_bind(actor: Actor, user_id: int) -> Verdict:
    """Only the security administrator binds a certificate, and never to themselves."""
    if actor.role != "system" and not actor.can("security.administer"):
        return refused(_("Only the security administrator binds certificates."))
    if actor.user_id is not None and actor.user_id == user_id:
        return refused(_("Nobody binds a certificate to themselves."))
    return ALLOWED


def may_reset_at_the_server(actor: Actor) -> Verdict:
    """Who may take second factors away without a second person: whoever runs the machine, by a command."""
    if actor.role != "system":
        return refused(_("A lost second factor is reported by one administrator and reset by another."))
    return ALLOWED
