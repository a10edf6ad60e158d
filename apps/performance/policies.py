"""Who may do what about performance; each answer carries its reason."""

from django.utils.translation import gettext as _

from apps.performance.models import (
    Disclosure,
    DisclosureState,
    Evaluation,
    EvaluationKind,
    EvaluationState,
    MonitoringForm,
    ProgressReport,
    ProjectYear,
    Rectification,
    ReportState,
    ResultUse,
    SpotCheck,
    SpotState,
    Survey,
    SurveyState,
    UseState,
    YearState,
)
from apps.performance.transitions import EVALUATION, FORM, RECTIFICATION
from imbudget.kit.actor import Actor, Reach
from imbudget.kit.errors import ALLOWED, Verdict, refused
from imbudget.kit.transitions import is_open


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


# Monitoring, rectification, evaluation, spot checks and the use of results.
def may_call(actor: Actor, region_id: int | None) -> Verdict:
    """Ask the units of a region how far they are, open their evaluations, draw spot checks: its own finance office."""
    if is_operator(actor):
        return ALLOWED
    if not actor.can("performance.review") or not actor.is_home(region_id) or actor.reach == Reach.UNITS:
        return refused(_("The finance office of the region asks its own units."))
    return ALLOWED


def may_schedule(actor: Actor, of: ProjectYear) -> Verdict:
    """Set a project's own schedule: who examines it, never the unit whose lamps it makes."""
    verdict = may_review(actor, of)
    if verdict and of.state in {YearState.SETTLED, YearState.DROPPED}:
        return refused(_("The result of this year is settled."))
    return verdict


def may_fill(actor: Actor, form: MonitoringForm) -> Verdict:
    """Fill in and hand in a monitoring form: the unit, until it is handed in."""
    verdict = may_file(actor, form.of)
    if verdict and not is_open(FORM, form, "submit"):
        return refused(_("This form has been handed in already."))
    return verdict


def may_look(actor: Actor, form: MonitoringForm) -> Verdict:
    """Accept a monitoring form or send it back; who handed it in does neither, whatever other post they hold."""
    verdict = may_review(actor, form.of)
    if verdict and form.author_id is not None and form.author_id == actor.user_id:
        return refused(_("Who handed a form in does not look at it."))
    if verdict and not is_open(FORM, form, "accept"):
        return refused(_("The unit has not handed this form in yet, or it has been looked at."))
    return verdict


def may_answer(actor: Actor, of: Rectification) -> Verdict:
    """Report what was mended: the unit itself."""
    if not actor.can("performance.file") or not actor.holds_unit(of.unit_id):
        return refused(_("Only the unit itself reports what it has mended."))
    if not is_open(RECTIFICATION, of, "answer"):
        return refused(_("This rectification waits for no report."))
    return ALLOWED


def may_examine(actor: Actor, of: Rectification) -> Verdict:
    """Settle a rectification or send it back."""
    verdict = may_review(actor, of.of)
    if verdict and not is_open(RECTIFICATION, of, "close"):
        return refused(_("The unit has not reported yet."))
    return verdict


def may_hold(actor: Actor, of: Rectification) -> Verdict:
    """Hold payments back because of a rectification, or let them go: the finance office alone."""
    if not is_office(actor, of.of):
        return refused(_("Only the finance office of the region holds payments back."))
    if not of.is_unsettled:
        return refused(_("This rectification is settled."))
    return ALLOWED


def may_evaluate(actor: Actor, of: ProjectYear, kind: str) -> Verdict:
    """Begin an evaluation: the unit its own, the department and the finance office those of the projects they examine."""
    if kind == EvaluationKind.SELF:
        return may_file(actor, of)
    if of.state in {YearState.SETTLED, YearState.DROPPED}:
        return refused(_("The result of this year is settled."))
    if kind == EvaluationKind.FINANCE and is_office(actor, of):
        return ALLOWED
    if kind == EvaluationKind.DEPARTMENT and is_department(actor, of):
        return ALLOWED
    return refused(_("The department evaluates for the department, the finance office for the finance office."))


def may_fill_evaluation(actor: Actor, evaluation: Evaluation) -> Verdict:
    """Fill in an evaluation, until it is handed in."""
    verdict = may_evaluate(actor, evaluation.of, evaluation.kind)
    if verdict and not is_open(EVALUATION, evaluation, "submit"):
        return refused(_("This evaluation has been handed in already."))
    return verdict


def may_withdraw_evaluation(actor: Actor, evaluation: Evaluation) -> Verdict:
    """Take an evaluation back before it is decided."""
    verdict = may_evaluate(actor, evaluation.of, evaluation.kind)
    if verdict and not is_open(EVALUATION, evaluation, "withdraw"):
        return refused(_("This evaluation is not under approval."))
    return verdict


def may_spot(actor: Actor, evaluation: Evaluation) -> Verdict:
    """Take an evaluation into a spot check: who examines the project, once it is approved and not settled yet.

    Who filled it in or handed it in is refused by the service, which asks evidence and the approval's history.
    """
    verdict = may_review(actor, evaluation.of)
    if not verdict:
        return verdict
    if evaluation.state != EvaluationState.APPROVED:
        return refused(_("Only an approved evaluation is checked."))
    if evaluation.of.state == YearState.SETTLED:
        return refused(_("The result of this year is settled."))
    if evaluation.author_id is not None and evaluation.author_id == actor.user_id:
        return refused(_("Nobody checks an evaluation of their own."))
    return ALLOWED


def may_lower(actor: Actor, check: SpotCheck) -> Verdict:
    """Lower points and close a spot check that is under way."""
    verdict = may_spot(actor, check.evaluation)
    if verdict and check.state != SpotState.OPEN:
        return refused(_("This spot check is closed."))
    return verdict


def may_state_view(actor: Actor, check: SpotCheck) -> Verdict:
    """Say what the unit thinks of a spot check while it is under way."""
    if not actor.can("performance.file") or not actor.holds_unit(check.unit_id):
        return refused(_("Only the unit itself states its view."))
    if check.state != SpotState.OPEN:
        return refused(_("This spot check is closed."))
    return ALLOWED


def may_decide(actor: Actor, use: ResultUse) -> Verdict:
    """Decide what a result means for next year's budget: the finance office of the region."""
    if not is_office(actor, use.of):
        return refused(_("Only the finance office of the region decides on the use of results."))
    if use.state != UseState.SUGGESTED:
        return refused(_("This has been decided already."))
    return ALLOWED


def may_tell(actor: Actor, use: ResultUse) -> Verdict:
    """Tell the unit its result: who examines the project, once it is decided."""
    verdict = may_review(actor, use.of)
    if verdict and use.state != UseState.DECIDED:
        return refused(_("The use of the result is not decided yet, or the unit has been told."))
    return verdict


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


# What is published.
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
