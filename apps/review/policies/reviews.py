"""Who may begin, call off and conclude reviews; each answer carries its reason."""

from django.utils.translation import gettext as _

from apps.regions.models import Region
from apps.review.models import Conclusion, Review
from apps.review.transitions import CONCLUSION, REVIEW
from imbudget.kit.actor import Actor
from imbudget.kit.errors import ALLOWED, Verdict, refused
from imbudget.kit.transitions import is_open


def _organises(actor: Actor, region_id: int) -> Verdict:
    if not actor.can("review.organise") or not actor.is_home(region_id):
        return refused(_("Only the finance office of the region organises its reviews."))
    return ALLOWED


def may_open(actor: Actor, region: Region) -> Verdict:
    """Put projects of the region before a panel."""
    return _organises(actor, region.pk)


def may_cancel(actor: Actor, review: Review) -> Verdict:
    """Call a review off whose result has not been handed in."""
    if not (verdict := _organises(actor, review.region_id)):
        return verdict
    if not is_open(REVIEW, review, "cancel"):
        return refused(_("A review whose result is under approval or confirmed is not called off any more."))
    return ALLOWED


def may_compute(actor: Actor, review: Review) -> Verdict:
    """Close the scoring and compute what came out."""
    if not (verdict := _organises(actor, review.region_id)):
        return verdict
    if not is_open(REVIEW, review, "conclude"):
        return refused(_("The result is computed once, when the experts have scored."))
    return ALLOWED


def may_edit_conclusion(actor: Actor, conclusion: Conclusion) -> Verdict:
    """Write the conclusion while it is a draft or was returned."""
    if not (verdict := _organises(actor, conclusion.region_id)):
        return verdict
    if not is_open(CONCLUSION, conclusion, "submit"):
        return refused(_("The conclusion has been handed in already."))
    return ALLOWED


def may_submit_conclusion(actor: Actor, conclusion: Conclusion) -> Verdict:
    """Hand the conclusion in for approval."""
    return may_edit_conclusion(actor, conclusion)
