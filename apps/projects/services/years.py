"""Which years take projects, and whose classification an application is written in."""

from django.utils.translation import gettext as _

from apps.codes.models import FiscalYear, YearState
from imbudget.kit.errors import RuleViolation


def refuse_closed_year(year: int) -> None:
    """A closed year takes no new project, and none of its drafts moves any more."""
    if FiscalYear.objects.filter(pk=year, state=YearState.CLOSED).exists():
        raise RuleViolation(_("The year %(year)s is closed.") % {"year": year})


def refuse_unknown_year(year: int) -> None:
    """Projects are set up in years that the system administrator has opened."""
    if not FiscalYear.objects.filter(pk=year).exists():
        raise RuleViolation(_("The year %(year)s does not exist in the system.") % {"year": year})
