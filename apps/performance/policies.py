"""Who may do what about performance; each answer carries its reason."""

from django.utils.translation import gettext as _

from apps.performance.models import Disclosure, DisclosureState, ProjectYear, YearState
from imbudget.kit.actor import Actor, Reach
from imbudget.kit.errors import ALLOWED, Verdict, refused


def is_operator(actor: Actor) -> bool:
    """Whether a command or a scheduled task acts."""
    return actor.user_id is None and actor.reach == Reach.EVERYTHING


def may_configure(actor: Actor, region_id: int | None) -> Verdict:
    """Keep schemes, indicators and schedules of a region: its own finance office, and the operator's commands."""
    if is_operator(actor):
        return ALLOWED
    if not actor.can("performance.configure") or not actor.is_home(region_id):
        return refused(_("The finance office of the region keeps this."))
    return ALLOWED


def may_file(actor: Actor, of: ProjectYear) -> Verdict:
    """Report progress, enter values, evaluate oneself: the unit, while its year is open."""
    if not actor.can("performance.file") or not actor.holds_unit(of.unit_id):
        return refused(_("Only the unit itself reports about its projects."))
    if of.state in {YearState.SETTLED, YearState.DROPPED}:
        return refused(_("The result of this year is settled."))
    return ALLOWED


def may_review(actor: Actor, of: ProjectYear) -> Verdict:
    """Examine, evaluate, lower a score, follow up: the region's finance office or the competent department, never the unit."""
    if is_office(actor, of) or is_department(actor, of):
        return ALLOWED
    return refused(_("The finance office of the region and the competent department examine performance."))


def is_office(actor: Actor, of: ProjectYear) -> bool:
    """Whether the actor's post is at the finance office of the project's own region."""
    return actor.can("performance.review") and actor.is_home(of.region_id) and actor.reach != Reach.UNITS


def is_department(actor: Actor, of: ProjectYear) -> bool:
    """Whether the actor's post is at the project's competent department."""
    return (
        actor.can("performance.review") and actor.department_id is not None and actor.department_id == of.department_id
    )


def may_publish(actor: Actor, region_id: int | None) -> Verdict:
    """Put figures of a region before the public: its own finance office."""
    if not actor.can("performance.configure") or not actor.is_home(region_id) or actor.reach == Reach.UNITS:
        return refused(_("Only the finance office of the region publishes its figures."))
    return ALLOWED


def may_withdraw_figures(actor: Actor, disclosure: Disclosure) -> Verdict:
    """Take figures off the public pages: who publishes them."""
    verdict = may_publish(actor, disclosure.region_id)
    if verdict and disclosure.state != DisclosureState.PUBLISHED:
        return refused(_("These figures are not before the public any more."))
    return verdict
