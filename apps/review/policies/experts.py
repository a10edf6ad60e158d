"""Who keeps the expert pool of a region: its finance office; others see it and change nothing."""

from django.utils.translation import gettext as _

from apps.review.models import Expert, ExpertState, MemberState, PanelMember, ReviewState
from apps.review.transitions import EXPERT
from imbudget.kit.actor import Actor
from imbudget.kit.errors import ALLOWED, Verdict, refused
from imbudget.kit.transitions import is_open

OVER = frozenset(
    {
        ReviewState.CONCLUDING,
        ReviewState.CONFIRMING,
        ReviewState.CONFIRMED,
        ReviewState.PUBLISHED,
        ReviewState.CLOSED,
    }
)
RATED = frozenset({MemberState.DECLARED, MemberState.ABSENT})


def may_keep_pool(actor: Actor, region_id: int) -> Verdict:
    """Enter, import and change experts of a region."""
    if actor.role == "system":
        return ALLOWED
    if not actor.can("review.experts") or not actor.is_home(region_id):
        return refused(_("Only the finance office of a region keeps its experts."))
    return ALLOWED


def may_edit_expert(actor: Actor, expert: Expert) -> Verdict:
    """Change what is known of an expert: not while somebody decides on it, and no more once they were removed."""
    verdict = may_keep_pool(actor, expert.region_id)
    if verdict and expert.state in {ExpertState.SUBMITTED, ExpertState.REMOVED}:
        return refused(_("An expert under approval, or removed, is not changed."))
    return verdict


def may_submit_expert(actor: Actor, expert: Expert) -> Verdict:
    """Hand the admission of an expert in for approval."""
    return _may_move(actor, expert, "submit", _("The admission has been handed in already."))


def may_decline_expert(actor: Actor, expert: Expert) -> Verdict:
    """Turn an application down that is not worth an approval."""
    if expert.state == ExpertState.SUBMITTED:
        return refused(_("The admission is under approval: it is decided there."))
    return _may_move(actor, expert, "refuse", _("Only an application can be turned down."))


def may_suspend_expert(actor: Actor, expert: Expert) -> Verdict:
    """Keep an expert from being drawn for a while."""
    return _may_move(actor, expert, "suspend", _("Only an admitted expert can be suspended."))


def may_resume_expert(actor: Actor, expert: Expert) -> Verdict:
    """Let a suspended expert be drawn again."""
    return _may_move(actor, expert, "resume", _("The expert is not suspended."))


def may_remove_expert(actor: Actor, expert: Expert) -> Verdict:
    """Take an expert out of the pool for good."""
    return _may_move(actor, expert, "remove", _("Only an admitted or suspended expert can be removed."))


def may_unmask_expert(actor: Actor, expert: Expert) -> Verdict:
    """Read the contact, the identity number and the kin of an expert as they are."""
    if not actor.can("persons.unmask"):
        return refused(_("Your post does not include seeing personal data in clear."))
    return may_keep_pool(actor, expert.region_id)


def may_rate_member(actor: Actor, member: PanelMember) -> Verdict:
    """Rate the work of an expert on a panel, once, when it is done."""
    review = member.review
    if not actor.can("review.organise") or not actor.is_home(review.region_id):
        return refused(_("Only the finance office that held the review rates its experts."))
    if review.state not in OVER or member.state not in RATED:
        return refused(_("An expert is rated when the work of the panel is done."))
    return ALLOWED


def _may_move(actor: Actor, expert: Expert, arrow: str, otherwise: str) -> Verdict:
    verdict = may_keep_pool(actor, expert.region_id)
    if verdict and not is_open(EXPERT, expert, arrow):
        return refused(otherwise)
    return verdict


def may_keep_rules(actor: Actor) -> Verdict:
    """Fields of expertise, and the rules of regions for their reviews: the system administrator keeps them."""
    if actor.role != "system" and not actor.can("system.administer"):
        return refused(_("Only the system administrator changes the rules of reviews."))
    return ALLOWED
