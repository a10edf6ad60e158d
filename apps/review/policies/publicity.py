"""Who publishes, takes down and handles objections."""

from django.utils.translation import gettext as _

from apps.review.models import Conclusion, ConclusionState, Objection, Publicity, ReviewState
from apps.review.transitions import OBJECTION, PUBLICITY
from imbudget.kit.actor import Actor
from imbudget.kit.errors import ALLOWED, Verdict, refused
from imbudget.kit.transitions import is_open


def may_publish(actor: Actor, conclusion: Conclusion) -> Verdict:
    """Put a confirmed result before the public: the finance office of its own region."""
    if not actor.can("review.organise") or not actor.is_home(conclusion.region_id):
        return refused(_("Only the finance office of the region publishes its results."))
    if conclusion.state != ConclusionState.CONFIRMED or conclusion.review.state != ReviewState.CONFIRMED:
        return refused(_("Only a confirmed result that is not before the public yet can be published."))
    return ALLOWED


def may_take_down(actor: Actor, publicity: Publicity) -> Verdict:
    """Take a notice down before its end: another person of the region than the one who published it."""
    offices = actor.can("review.organise") or actor.can("review.supervise")
    if not offices or not actor.is_home(publicity.region_id):
        return refused(_("Only the finance office of the region takes its notices down."))
    if publicity.author_id == actor.user_id:
        return refused(_("Whoever published a notice cannot take it down. Ask the leader or the review supervisor."))
    if not is_open(PUBLICITY, publicity, "take_down"):
        return refused(_("Only a notice that is before the public can be taken down."))
    return ALLOWED


def may_handle(actor: Actor, objection: Objection, involved: set[int]) -> Verdict:
    """Look into an objection: a handler of the region who had no part in the result (`involved`, user ids)."""
    if not actor.can("review.handle") or not actor.is_home(objection.region_id):
        return refused(_("Only the review supervisor of the region handles its objections."))
    if actor.user_id in involved:
        return refused(_("You had a part in this result. Somebody else must handle the objection."))
    return ALLOWED


def may_accept(actor: Actor, objection: Objection, involved: set[int]) -> Verdict:
    """Take an objection on, or not accept it."""
    if not (verdict := may_handle(actor, objection, involved)):
        return verdict
    if not is_open(OBJECTION, objection, "accept"):
        return refused(_("The objection has been taken on or decided already."))
    return ALLOWED


def may_decide(actor: Actor, objection: Objection, involved: set[int]) -> Verdict:
    """Uphold or refuse an objection that was accepted."""
    if not (verdict := may_handle(actor, objection, involved)):
        return verdict
    if not is_open(OBJECTION, objection, "uphold"):
        return refused(_("Accept the objection first; one that was decided stays decided."))
    if objection.handler_id != actor.user_id:
        return refused(_("Only the person who took the objection on decides it."))
    return ALLOWED
