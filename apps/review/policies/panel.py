"""Who may do what on a panel: its members at their desk, and who organises the review."""

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.review.models import ExpertState, MemberState, PanelMember, Review, ReviewState
from apps.review.models.panel import SEATED
from apps.review.transitions import MEMBER, REVIEW
from imbudget.kit.actor import Actor
from imbudget.kit.errors import ALLOWED, Verdict, refused
from imbudget.kit.transitions import is_open

ANSWERING = frozenset({ReviewState.FORMING, ReviewState.SCORING})


def is_own(actor: Actor, member: PanelMember) -> bool:
    """Whether this is the actor's own seat."""
    return actor.user_id is not None and member.expert.user_id == actor.user_id


def _at_desk(actor: Actor, member: PanelMember) -> Verdict:
    if not actor.can("review.score") or not is_own(actor, member):
        return refused(_("Only the expert themselves does this."))
    if member.expert.state != ExpertState.ADMITTED:
        return refused(_("You do not stand in the expert pool at present."))
    return ALLOWED


def may_answer(actor: Actor, member: PanelMember) -> Verdict:
    """Accept an invitation; a late answer counts as long as the seat has not been given away."""
    if not (verdict := _at_desk(actor, member)):
        return verdict
    if not is_open(MEMBER, member, "accept") or member.review.state not in ANSWERING:
        return refused(_("This invitation is not open any more."))
    return ALLOWED


def may_decline(actor: Actor, member: PanelMember) -> Verdict:
    """Decline an invitation, or step back before the declaration of interest."""
    if not (verdict := _at_desk(actor, member)):
        return verdict
    if not is_open(MEMBER, member, "decline") or member.review.state not in ANSWERING:
        return refused(_("This invitation is not open any more."))
    return ALLOWED


def may_declare(actor: Actor, member: PanelMember) -> Verdict:
    """Declare interests, once, before the first look at any document."""
    if not (verdict := _at_desk(actor, member)):
        return verdict
    if member.state == MemberState.INVITED:
        return refused(_("Accept the invitation first."))
    if not is_open(MEMBER, member, "declare") or member.review.state not in ANSWERING:
        return refused(_("The declaration has been made."))
    return ALLOWED


def may_read(actor: Actor, member: PanelMember) -> Verdict:
    """Look at the documents of the projects: whoever sits on the panel and has declared to be free of interest."""
    if not (verdict := _at_desk(actor, member)):
        return verdict
    if member.state in (MemberState.INVITED, MemberState.ACCEPTED):
        return refused(_("Declare your interests before you look at any document."))
    if member.state != MemberState.DECLARED:
        return refused(_("You do not sit on this panel any more."))
    if member.review.state == ReviewState.CANCELLED:
        return refused(_("The review was called off."))
    return ALLOWED


def may_score(actor: Actor, member: PanelMember) -> Verdict:
    """Write on the score sheets of round 1, and hand them in."""
    if not (verdict := may_read(actor, member)):
        return verdict
    if member.review.state == ReviewState.FORMING:
        return refused(_("Scoring begins when every seat of the panel is taken."))
    if member.review.state != ReviewState.SCORING:
        return refused(_("Scoring is over."))
    if member.review.scoring_until is not None and timezone.now() > member.review.scoring_until:
        return refused(_("The time for scoring has passed. Speak to who organises the review."))
    return ALLOWED


def may_explain(actor: Actor, member: PanelMember) -> Verdict:
    """Give the reason of a score that lies far off, once all sheets are in."""
    if not (verdict := may_read(actor, member)):
        return verdict
    if member.review.state not in (ReviewState.SCORING, ReviewState.DISCUSSION):
        return refused(_("The result is being drawn up already."))
    return ALLOWED


def may_talk(actor: Actor, member: PanelMember) -> Verdict:
    """Speak in the discussion, and change a score after it."""
    if not (verdict := may_read(actor, member)):
        return verdict
    if member.review.state != ReviewState.DISCUSSION:
        return refused(_("The discussion is not open."))
    return ALLOWED


def may_dissent(actor: Actor, member: PanelMember) -> Verdict:
    """Put on record that one does not share the panel's conclusion, until it is handed in."""
    if not (verdict := may_read(actor, member)):
        return verdict
    if member.review.state not in (ReviewState.DISCUSSION, ReviewState.CONCLUDING):
        return refused(_("A dissent is recorded during the discussion, or while the result is drawn up."))
    return ALLOWED


def _organises(actor: Actor, review: Review) -> Verdict:
    if not actor.can("review.organise") or not actor.is_home(review.region_id):
        return refused(_("Only the finance office of the review's own region organises it."))
    return ALLOWED


def may_vacate(actor: Actor, member: PanelMember) -> Verdict:
    """Take the seat of someone who did not answer or did not come, so that another expert can be drawn."""
    if not (verdict := _organises(actor, member.review)):
        return verdict
    if member.state not in SEATED or member.review.state not in ANSWERING:
        return refused(_("This seat cannot be vacated now."))
    return ALLOWED


def may_urge(actor: Actor, review: Review) -> Verdict:
    """Remind those whose part is still open."""
    if not (verdict := _organises(actor, review)):
        return verdict
    if review.state not in ANSWERING:
        return refused(_("Nobody is waited for now."))
    return ALLOWED


def may_open_discussion(actor: Actor, review: Review) -> Verdict:
    """Open the discussion."""
    if not (verdict := _organises(actor, review)):
        return verdict
    if not is_open(REVIEW, review, "discuss"):
        return refused(_("A discussion follows the scoring."))
    return ALLOWED


def may_moderate(actor: Actor, review: Review) -> Verdict:
    """Write a note of the discussion as who organises it."""
    if not (verdict := _organises(actor, review)):
        return verdict
    if review.state != ReviewState.DISCUSSION:
        return refused(_("The discussion is not open."))
    return ALLOWED
