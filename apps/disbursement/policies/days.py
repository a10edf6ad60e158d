"""Who may compare, settle and close the days of accounts: the treasury's desk of the region itself."""

from django.utils.translation import gettext as _

from apps.disbursement.models import DayBook, DayState, Difference
from apps.disbursement.transitions import DIFFERENCE
from imbudget.kit.actor import Actor
from imbudget.kit.errors import ALLOWED, Verdict, refused
from imbudget.kit.transitions import is_open


def may_work_at_desk(actor: Actor, region_id: int | None) -> Verdict:
    """Anything that the treasury's desk of a region does: whoever has the post there, and nobody from above or below."""
    if not actor.can("disbursement.treasury"):
        return refused(_("Only the treasury's desk does this."))
    if not actor.is_home(region_id):
        return refused(_("Only the treasury's desk of the region itself does this."))
    return ALLOWED


def may_close_day(actor: Actor, book: DayBook) -> Verdict:
    """Close the day of an account."""
    verdict = may_work_at_desk(actor, book.region_id)
    if verdict and book.state != DayState.OPEN:
        return refused(_("The day is closed already."))
    return verdict


def may_reopen_day(actor: Actor, book: DayBook) -> Verdict:
    """Open a closed day again."""
    verdict = may_work_at_desk(actor, book.region_id)
    if verdict and book.state != DayState.CLOSED:
        return refused(_("The day is open."))
    return verdict


def may_explain(actor: Actor, difference: Difference) -> Verdict:
    """Say why the books differ."""
    verdict = may_work_at_desk(actor, difference.book.region_id)
    if verdict and difference.book.state != DayState.OPEN:
        return refused(_("The day is closed already."))
    if verdict and not is_open(DIFFERENCE, difference, "explain"):
        return refused(_("This difference is settled."))
    return verdict


def may_accept(actor: Actor, difference: Difference) -> Verdict:
    """Settle a difference: a second person."""
    verdict = may_work_at_desk(actor, difference.book.region_id)
    if verdict and not is_open(DIFFERENCE, difference, "accept"):
        return refused(_("Nobody has explained this difference yet."))
    if verdict and difference.explained_by_id == actor.user_id:
        return refused(_("Somebody else than who explained the difference settles it."))
    return verdict
