"""Who may draw experts, replace one, ask for another draw, and who decides on that."""

from django.utils.translation import gettext as _

from apps.review.models import Draw, DrawState, Review, ReviewState
from apps.review.transitions import DRAW
from imbudget.kit.actor import Actor
from imbudget.kit.errors import ALLOWED, Verdict, refused
from imbudget.kit.transitions import is_open

WITH_PANEL = frozenset({ReviewState.FORMING, ReviewState.SCORING})


def may_commit(actor: Actor, review: Review) -> Verdict:
    """Fix the seed of a review's first draw."""
    if not _organises(actor, review):
        return _only_the_office()
    if review.state != ReviewState.PREPARING:
        return refused(_("The panel has been drawn already."))
    if Draw.objects.before(review).exists():
        return refused(
            _(
                "A panel was drawn for these projects in a review that was called off. Ask for another panel: a second"
                " person decides."
            )
        )
    return ALLOWED


def may_replace(actor: Actor, review: Review) -> Verdict:
    """Fill seats that have become free."""
    if not _organises(actor, review):
        return _only_the_office()
    if review.state not in WITH_PANEL:
        return refused(_("Members are replaced while the panel is formed and while it scores."))
    return ALLOWED


def may_request_redraw(actor: Actor, review: Review) -> Verdict:
    """Ask for another panel."""
    if not _organises(actor, review):
        return _only_the_office()
    again = review.state == ReviewState.PREPARING and Draw.objects.before(review).exists()
    if review.state not in WITH_PANEL and not again:
        return refused(_("Another draw is asked for while the panel is formed, or before the first score sheet is in."))
    return ALLOWED


def may_make(actor: Actor, draw: Draw) -> Verdict:
    """Draw, once the seed is committed."""
    if not _organises(actor, draw.review):
        return _only_the_office()
    if not is_open(DRAW, draw, "draw"):
        return refused(_("Only a draw whose seed is committed, and which has not been made, can be made."))
    return ALLOWED


def may_decide(actor: Actor, draw: Draw) -> Verdict:
    """Allow or refuse another draw: who supervises draws in the region, and did not ask for it."""
    if not actor.can("review.supervise") or not actor.is_home(draw.review.region_id):
        return refused(_("Only who supervises the draws of the region decides on another draw."))
    if draw.state != DrawState.REQUESTED:
        return refused(_("It has been decided already whether to draw again."))
    if actor.user_id is None or actor.user_id in {draw.operator_id, draw.review.organiser_id}:
        return refused(_("A second person decides: not the one who asked for it, nor the organiser of the review."))
    return ALLOWED


def may_void(actor: Actor, draw: Draw) -> Verdict:
    """Give up a draw whose seed is committed and which was never made: a second person, who sees no result either."""
    if not actor.can("review.supervise") or not actor.is_home(draw.review.region_id):
        return refused(_("Only who supervises the draws of the region gives a draw up."))
    if draw.state != DrawState.COMMITTED:
        return refused(_("Only a draw whose seed is committed, and which has not been made, can be given up."))
    if actor.user_id is None or actor.user_id in {draw.operator_id, draw.review.organiser_id}:
        return refused(_("A second person decides: not the one who asked for it, nor the organiser of the review."))
    return ALLOWED


def _organises(actor: Actor, review: Review) -> bool:
    named = actor.user_id is not None  # a draw stands under the name of who made it
    return named and actor.can("review.organise") and actor.is_home(review.region_id)


def _only_the_office() -> Verdict:
    return refused(_("Only the finance office that holds the review draws its experts."))
