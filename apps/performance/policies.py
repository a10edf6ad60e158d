"""Who may do what about performance; each answer carries its reason."""

from django.utils.translation import gettext as _

from apps.performance.models import ProgressReport, ProjectYear, ReportState, Survey, SurveyState, YearState
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


def may_collect(actor: Actor, of: ProjectYear) -> Verdict:
    """Ask the sources now: who reports about the project, and who examines it, while its year is open."""
    if of.state not in {YearState.RUNNING, YearState.EVALUATING}:
        return refused(_("The result of this year is settled."))
    if actor.can("performance.file") and actor.holds_unit(of.unit_id):
        return ALLOWED
    return may_review(actor, of)


def may_report(actor: Actor, of: ProjectYear) -> Verdict:
    """Enter values, file progress reports and open surveys: the unit, until it has handed its evaluation in."""
    filing = may_file(actor, of)
    if filing and of.state == YearState.EVALUATED:
        return refused(_("The self-evaluation of this year has been handed in."))
    return filing


def may_edit_report(actor: Actor, report: ProgressReport) -> Verdict:
    """Edit a draft and hand it in."""
    may = may_report(actor, report.of)
    if may and report.state != ReportState.DRAFT:
        return refused(_("The report was handed in: another report puts it right once it is returned."))
    return may


def may_correct_report(actor: Actor, report: ProgressReport) -> Verdict:
    """Put a returned report right by another one."""
    may = may_report(actor, report.of)
    if may and report.state != ReportState.RETURNED:
        return refused(_("Only a report that was returned is put right by another one."))
    return may


def may_return_report(actor: Actor, report: ProgressReport) -> Verdict:
    """Send a report back that was handed in."""
    may = may_review(actor, report.of)
    if may and report.state != ReportState.SUBMITTED:
        return refused(_("Only a report that was handed in is sent back."))
    return may


def may_close_survey(actor: Actor, survey: Survey) -> Verdict:
    """Close a survey before its last day: the unit that opened it; the clock closes it afterwards."""
    if survey.state != SurveyState.OPEN:
        return refused(_("The survey is closed."))
    return ALLOWED if is_operator(actor) else may_report(actor, survey.target.of)


def may_see_poster(actor: Actor, survey: Survey) -> Verdict:
    """Print the poster: whoever sees the survey, while it is open."""
    if survey.state != SurveyState.OPEN:
        return refused(_("The survey is closed."))
    return ALLOWED
