"""Authority that still holds money for a project: what must be gone before the project ends."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from apps.projects.models import ChangeKind, Project, ProjectChange
from apps.projects.models.change import OPEN_STATES
from imbudget.kit import registry
from imbudget.kit.registry import Unspent

MOST_NAMED = 5


def unspent_of(project: Project) -> list[Unspent]:
    """What other apps say still holds money for the project."""
    return [row for _name, ask in registry.unspent_for_projects.items() for row in ask(project)]


def in_the_way_of_end(project: Project) -> str:
    """Which authorities hold how much, and what to do first; '' where the project can end.

    An ended project leaves no payment in flight and no authority behind (项目结束和终止): what is left would have no
    project that it could be spent for.
    """
    rows = unspent_of(project)
    if not rows:
        return ""
    named = [_worded(row) for row in rows[:MOST_NAMED]]
    if len(rows) > MOST_NAMED:
        named.append(_("and %(count)s more") % {"count": len(rows) - MOST_NAMED})
    text = _(
        "Authority of the project still holds %(total)s yuan: %(rows)s. Have what is applied for paid or released and the"
        " rest recovered first; what is not issued yet is issued and then recovered."
    )
    return text % {
        "total": f"{sum(row.held for row in rows):,.2f}",
        "rows": pgettext("between the values of a list", ", ").join(named),
    }


def in_the_way_of(change: ProjectChange) -> str:
    """The same for the page of a request to end a project, while it is open."""
    ends = change.kind == ChangeKind.TERMINATION and change.state in OPEN_STATES
    return in_the_way_of_end(change.project) if ends else ""


def _worded(row: Unspent) -> str:
    words = {"name": row.name, "available": f"{row.available:,.2f}", "reserved": f"{row.reserved:,.2f}"}
    if not row.reserved:
        return _("%(name)s available %(available)s") % words
    return _("%(name)s available %(available)s, applied for %(reserved)s") % words
