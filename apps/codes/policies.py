"""When years, their classification and the calendar may be changed."""

from django.utils.translation import gettext as _

from apps.codes.models import FiscalYear, YearState
from imbudget.kit.actor import Actor
from imbudget.kit.errors import ALLOWED, Verdict, refused


def may_keep_years(actor: Actor) -> Verdict:
    """Make, open and close fiscal years: the system administrator."""
    if actor.role != "system" and not actor.can("system.administer"):
        return refused(_("Only the system administrator changes fiscal years."))
    return ALLOWED


def may_change(actor: Actor, year: FiscalYear) -> Verdict:
    """The system administrator, in a year that is not closed: documents of closed years stay as they were."""
    if actor.role != "system" and not actor.can("system.administer"):
        return refused(_("Only the system administrator changes the classification."))
    if year.state == YearState.CLOSED:
        return refused(_("The year %(year)s is closed: its classification stays as it was.") % {"year": year})
    return ALLOWED


def may_load(actor: Actor, year: FiscalYear) -> Verdict:
    """Put rows of a table in place. The operator of the machine loads the classification of past years as well."""
    return ALLOWED if actor.role == "system" else may_change(actor, year)


def may_keep_calendar(actor: Actor) -> Verdict:
    """Say which days are worked: the system administrator."""
    if actor.role != "system" and not actor.can("system.administer"):
        return refused(_("Only the system administrator changes the calendar."))
    return ALLOWED
