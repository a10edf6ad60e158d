"""Who keeps the library of indicators, who comments on goals and who answers; each answer carries its reason."""

from django.utils.translation import gettext as _

from apps.performance.goaltransitions import COMMENT
from apps.performance.models import GoalComment, LibraryIndicator
from apps.performance.policies import is_operator, may_configure
from apps.projects.models import Project, ProjectState
from imbudget.kit.actor import Actor, Reach
from imbudget.kit.errors import ALLOWED, Verdict, refused
from imbudget.kit.transitions import is_open

# While somebody decides about an application its goals are examined.
EXAMINED = frozenset(
    {
        ProjectState.UNIT_REVIEW,
        ProjectState.DEPARTMENT_REVIEW,
        ProjectState.DEPARTMENT_RESERVE,
        ProjectState.FINANCE_REVIEW,
        ProjectState.REVIEW_PENDING,
    }
)


def may_load(actor: Actor) -> Verdict:
    """Keep what holds everywhere: sets, the common indicators, rules of checks."""
    if is_operator(actor) or actor.can("system.administer"):
        return ALLOWED
    return refused(_("Only the system administrator keeps what holds everywhere."))


def may_add(actor: Actor) -> Verdict:
    """Put an indicator into the library: the finance office for its region, a unit for itself."""
    if actor.reach == Reach.UNITS and actor.can("performance.file") and actor.unit_ids:
        return ALLOWED
    return may_configure(actor, actor.region_id)


def may_adapt(actor: Actor, indicator: LibraryIndicator) -> Verdict:
    """Make a copy of one's own: of one that is not one's own already."""
    verdict = may_add(actor)
    if verdict and may_change(actor, indicator):
        return refused(_("This indicator is your own: change it by a new version."))
    return verdict


def may_change(actor: Actor, indicator: LibraryIndicator) -> Verdict:
    """Make a new version of an indicator, or end it: whoever it belongs to."""
    if indicator.unit_id is not None:
        own = actor.can("performance.file") and actor.holds_unit(indicator.unit_id)
        return ALLOWED if own else refused(_("This indicator belongs to its unit."))
    if indicator.region_id is not None:
        return may_configure(actor, indicator.region_id)
    return may_load(actor)


def may_comment(actor: Actor, project: Project) -> Verdict:
    """Comment on the goals of an application under examination: finance office and competent department, never the unit."""
    office = actor.is_home(project.region_id) and actor.reach != Reach.UNITS
    department = actor.department_id is not None and actor.department_id == project.department_id
    if not actor.can("performance.review") or not (office or department):
        return refused(_("The finance office of the region and the competent department examine goals."))
    if project.state not in EXAMINED:
        return refused(_("Goals are commented on while the application is under approval."))
    return ALLOWED


def may_settle(actor: Actor, comment: GoalComment) -> Verdict:
    """Answer a comment: the unit."""
    if not actor.can("performance.file") or not actor.holds_unit(comment.unit_id):
        return refused(_("Only the unit itself answers comments on its goals."))
    return _while_open(comment)


def may_withdraw(actor: Actor, comment: GoalComment) -> Verdict:
    """Take a comment back: who wrote it."""
    if actor.user_id is None or comment.author_id != actor.user_id:
        return refused(_("Only who wrote a comment takes it back."))
    return _while_open(comment)


def _while_open(comment: GoalComment) -> Verdict:
    return ALLOWED if is_open(COMMENT, comment, "settle") else refused(_("This comment is settled already."))
