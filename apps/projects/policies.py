"""Who may do what to a project, a request for change, a catalogue; each answer carries its reason."""

from django.utils.translation import gettext as _

from apps.projects.models import Project, ProjectChange
from apps.projects.transitions import CHANGE, PROJECT
from apps.regions.models import Region, Unit
from imbudget.kit.actor import Actor
from imbudget.kit.errors import ALLOWED, Verdict, refused
from imbudget.kit.transitions import is_open


def may_create(actor: Actor, unit: Unit) -> Verdict:
    """Begin a project of a unit: the unit itself."""
    if not actor.can("projects.enter") or not actor.holds_unit(unit.pk):
        return refused(_("Only the unit itself begins its projects."))
    return ALLOWED


def may_edit(actor: Actor, project: Project) -> Verdict:
    """Change an application: the unit itself, while it holds the project."""
    if not actor.can("projects.enter") or not actor.holds_unit(project.unit_id):
        return refused(_("Only the unit itself changes its projects."))
    if not project.is_editable:
        return refused(_("The project is not a draft any more. Take it back, or ask for a change once it is stored."))
    return ALLOWED


def may_submit(actor: Actor, project: Project) -> Verdict:
    """Hand an application in for approval."""
    if not actor.can("projects.submit") or not actor.holds_unit(project.unit_id):
        return refused(_("Only the unit itself hands its projects in."))
    if not is_open(PROJECT, project, "submit"):
        return refused(_("The project has been handed in already."))
    return ALLOWED


def may_withdraw(actor: Actor, project: Project) -> Verdict:
    """Take an application back; the flow says until when."""
    if not actor.can("projects.submit") or not actor.holds_unit(project.unit_id):
        return refused(_("Only the unit itself takes its projects back."))
    if not is_open(PROJECT, project, "withdraw"):
        return refused(_("Only a project under approval can be taken back."))
    return ALLOWED


def may_abandon(actor: Actor, project: Project) -> Verdict:
    """Give a draft up for good."""
    if not actor.can("projects.enter") or not actor.holds_unit(project.unit_id):
        return refused(_("Only the unit itself gives its projects up."))
    if not is_open(PROJECT, project, "abandon"):
        return refused(_("Only a draft or a returned project can be given up."))
    return ALLOWED


def may_copy(actor: Actor, project: Project) -> Verdict:
    """Continue a project of the unit in another year."""
    if not actor.can("projects.enter") or not actor.holds_unit(project.unit_id):
        return refused(_("Only the unit itself continues its projects."))
    return ALLOWED


def may_request_change(actor: Actor, project: Project) -> Verdict:
    """Ask to change or to end a stored project."""
    if not actor.can("projects.enter") or not actor.holds_unit(project.unit_id):
        return refused(_("Only the unit itself asks for a change of its projects."))
    if not is_open(PROJECT, project, "terminate"):
        return refused(_("Only a project in the store can be changed or ended."))
    return ALLOWED


def may_edit_change(actor: Actor, change: ProjectChange) -> Verdict:
    """Change a request that has not been handed in, or was returned."""
    if not actor.can("projects.enter") or not actor.holds_unit(change.unit_id):
        return refused(_("Only the unit itself asks for a change of its projects."))
    if not is_open(CHANGE, change, "submit"):
        return refused(_("The request has been handed in already."))
    return ALLOWED


def may_submit_change(actor: Actor, change: ProjectChange) -> Verdict:
    """Hand a request in for approval."""
    if not actor.can("projects.submit") or not actor.holds_unit(change.unit_id):
        return refused(_("Only the unit itself asks for a change of its projects."))
    if not is_open(CHANGE, change, "submit"):
        return refused(_("The request has been handed in already."))
    return ALLOWED


def may_withdraw_change(actor: Actor, change: ProjectChange) -> Verdict:
    """Take a request back, or give one up that was never handed in."""
    if not actor.can("projects.submit") or not actor.holds_unit(change.unit_id):
        return refused(_("Only the unit itself takes its requests back."))
    if not is_open(CHANGE, change, "withdraw"):
        return refused(_("The request has been decided already."))
    return ALLOWED


def may_import(actor: Actor, region: Region) -> Verdict:
    """Bring projects of the region's units in from a file."""
    if actor.role == "system":
        return ALLOWED
    if not actor.can("projects.import") or not actor.is_home(region.pk):
        return refused(_("Only the budget officer of a region imports the projects of its units."))
    return ALLOWED


def may_import_drafts(actor: Actor, region: Region) -> Verdict:
    """Bring drafts of a department's own units in from a file; the units complete them and hand them in."""
    if not actor.can("projects.draft") or not actor.is_home(region.pk):
        return refused(_("Only the budget officer of a region and the departments of its units import projects."))
    return ALLOWED


def may_keep_catalogues(actor: Actor) -> Verdict:
    """Categories and policy tags are the same everywhere: the system administrator keeps them."""
    if actor.role != "system" and not actor.can("system.administer"):
        return refused(_("Only the system administrator changes the catalogues of the project library."))
    return ALLOWED


def may_configure(actor: Actor, region: Region) -> Verdict:
    """Keep the project settings of a region: its own finance office, or the system administrator."""
    if actor.role == "system" or actor.can("system.administer"):
        return ALLOWED
    if not actor.can("projects.configure") or not actor.is_home(region.pk):
        return refused(_("Only the finance office of a region keeps its project settings."))
    return ALLOWED
