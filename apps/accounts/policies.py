"""Who may appoint whom, and to what."""

from django.utils.translation import gettext as _

from apps.accounts.models import FactorLoss, Post, PostProposal, User
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


def may_appoint_alone(actor: Actor, role: str) -> Verdict:
    """Whether one person is enough for a post of this role. Whoever runs the machine sets the system up alone."""
    if actor.role != "system" and ROLES[role].two_persons:
        return refused(
            _("A post that pays money out takes two persons: propose it, and another administrator confirms.")
        )
    return ALLOWED


def may_confirm(actor: Actor, proposal: PostProposal) -> Verdict:
    """Whether the actor may be the second person of a post that pays money out.

    Another security administrator; or the audit administrator, who so gives nothing of their own choice (8.1.4.2 授权主体:
    only the security administrator proposes) and sees each such post before it is given. With one security administrator
    there would be nobody otherwise.
    """
    if not actor.can("security.administer") and not actor.can("audit.administer"):
        return refused(_("Only a security administrator or the audit administrator confirms posts."))
    if actor.user_id == proposal.asked_by_id:
        return refused(_("Whoever proposed the post does not confirm it: that takes a second person."))
    if actor.user_id == proposal.user_id:
        return refused(_("Nobody gives posts to themselves."))
    return ALLOWED


def may_withdraw(actor: Actor, proposal: PostProposal) -> Verdict:
    """Whoever proposed a post may take the proposal back."""
    if actor.user_id != proposal.asked_by_id:
        return refused(_("Only whoever proposed the post takes it back."))
    return ALLOWED


def may_report_loss(actor: Actor, user: User) -> Verdict:
    """Whether the actor may report that a person has lost the second factor."""
    if not actor.can("system.administer"):
        return refused(_("Only the system administrator keeps accounts."))
    if actor.user_id == user.pk:
        return refused(_("Your own loss is reported by another system administrator, or mended at the server."))
    return ALLOWED


def may_decide_loss(actor: Actor, loss: FactorLoss) -> Verdict:
    """Whether the actor may take a person's second factors away, as somebody else has asked."""
    if not actor.can("security.administer"):
        return refused(_("Only the security administrator resets second factors."))
    if actor.user_id in {loss.asked_by_id, loss.user_id}:
        return refused(_("That takes a second person."))
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


def may_look_at_accounts(actor: Actor) -> Verdict:
    """Who reads which accounts are unused, left behind or shared: whoever keeps them, and whoever audits that."""
    if not actor.can("system.administer") and not actor.can("audit.administer"):
        return refused(_("Only the system administrator and the audit administrator look at accounts."))
    return ALLOWED


def may_set_rules(actor: Actor) -> Verdict:
    """Who decides which signatures ask again, and what roles are cleared for: the security administrator alone (授权主体)."""
    if not actor.can("security.administer") or actor.user_id is None:
        return refused(_("Only the security administrator changes these rules."))
    return ALLOWED
