"""Who may do what to a sheet, a compilation, a report; each answer carries its reason."""

from django.utils.translation import gettext as _

from apps.budget.models import BudgetRound, BudgetSheet, Compilation, ExpenditureStandard, RoundPlan, StandardChange
from apps.budget.transitions import COMPILATION, SHEET, STANDARD_CHANGE
from apps.regions.models import Region, Unit
from imbudget.kit.actor import Actor, Reach
from imbudget.kit.errors import ALLOWED, Verdict, refused
from imbudget.kit.transitions import is_open


def may_enter(actor: Actor, sheet: BudgetSheet) -> Verdict:
    """Change the lines of a sheet: the unit itself, while it holds the sheet."""
    if not actor.can("budget.enter") or not actor.holds_unit(sheet.unit_id):
        return refused(_("Only the unit itself changes its figures."))
    if not sheet.is_editable:
        return refused(_("The sheet has been handed in. Recall it, or ask the finance office to return it."))
    return ALLOWED


def may_open_sheet(actor: Actor, unit: Unit) -> Verdict:
    """Begin the sheet of a unit for a round."""
    if not actor.can("budget.enter") or not actor.holds_unit(unit.pk):
        return refused(_("Only the unit itself changes its figures."))
    return ALLOWED


def may_submit(actor: Actor, sheet: BudgetSheet) -> Verdict:
    """Hand a sheet in to the region's finance office."""
    if not actor.can("budget.submit") or not actor.holds_unit(sheet.unit_id):
        return refused(_("Only the unit itself hands its budget in."))
    if not is_open(SHEET, sheet, "submit"):
        return refused(_("The sheet has been handed in already."))
    return ALLOWED


def may_recall(actor: Actor, sheet: BudgetSheet) -> Verdict:
    """Take a sheet back before the finance office has decided."""
    if not actor.can("budget.submit") or not actor.holds_unit(sheet.unit_id):
        return refused(_("Only the unit itself takes its budget back."))
    if not is_open(SHEET, sheet, "recall"):
        return refused(_("Only a sheet that waits for the finance office can be taken back."))
    return ALLOWED


def may_accept_waiting(actor: Actor, region: Region) -> Verdict:
    """Sign for many sheets of a region at once: its budget officer; the engine asks of each task whose it is."""
    if actor.can("budget.accept") and actor.is_home(region.pk):
        return ALLOWED
    return refused(_("Only the budget officer of the unit's own region accepts or returns its sheet."))


def may_reopen_sheet(actor: Actor, sheet: BudgetSheet) -> Verdict:
    """Return an accepted sheet to its unit with a reason; one that still waits is decided on in its flow."""
    if not actor.can("budget.accept") or not actor.is_home(sheet.region_id):
        return refused(_("Only the budget officer of the unit's own region accepts or returns its sheet."))
    if not is_open(SHEET, sheet, "reopen"):
        return refused(_("Only an accepted sheet is taken out of the budget again."))
    return ALLOWED


def may_remark(actor: Actor, sheet: BudgetSheet) -> Verdict:
    """Comment on a sheet that one sees but does not change."""
    return ALLOWED if actor.can("budget.remark") else refused(_("Your post does not include comments."))


def may_import(actor: Actor, region: Region) -> Verdict:
    """Import the workbooks that units of the actor's own region handed in."""
    if actor.role == "system":
        return ALLOWED
    if not actor.can("budget.import") or not actor.is_home(region.pk):
        return refused(_("Only the budget officer of a region imports the workbooks of its units."))
    return ALLOWED


def may_import_own(actor: Actor, sheet: BudgetSheet) -> Verdict:
    """Replace the lines of a unit's own sheet by its workbook: who may enter them, while they may be entered."""
    return may_enter(actor, sheet)


def may_open_compilation(actor: Actor, region: Region) -> Verdict:
    """Begin the compilation of one's own region."""
    if actor.role == "system" or (actor.can("budget.compile") and actor.is_home(region.pk)):
        return ALLOWED
    return refused(_("Only the budget officer of the region compiles its budget."))


def may_compile(actor: Actor, compilation: Compilation) -> Verdict:
    """Compile the region's budget from its accepted sheets and the accepted reports from below."""
    if not _officer(actor, "budget.compile", compilation):
        return refused(_("Only the budget officer of the region compiles its budget."))
    if not is_open(COMPILATION, compilation, "compile"):
        return refused(_("The budget of this round has been compiled already."))
    return ALLOWED


def may_reopen(actor: Actor, compilation: Compilation) -> Verdict:
    """Open a compiled budget again, before it is reported."""
    if not _officer(actor, "budget.compile", compilation):
        return refused(_("Only the budget officer of the region compiles its budget."))
    if not is_open(COMPILATION, compilation, "reopen"):
        return refused(_("Only a compiled budget that was not reported yet can be opened again."))
    return ALLOWED


def may_report(actor: Actor, compilation: Compilation) -> Verdict:
    """Report the compiled budget to the upper region."""
    if not _officer(actor, "budget.report", compilation):
        return refused(_("Only the budget officer of the region reports its budget."))
    if compilation.region.upper is None:
        return refused(_("There is no upper region to report to."))
    if not is_open(COMPILATION, compilation, "report"):
        return refused(_("Compile the budget first: only compiled figures can be reported."))
    return ALLOWED


def may_withdraw_report(actor: Actor, compilation: Compilation) -> Verdict:
    """Take back a report that the upper region has not decided on."""
    if not _officer(actor, "budget.report", compilation):
        return refused(_("Only the budget officer of the region reports its budget."))
    if not is_open(COMPILATION, compilation, "withdraw"):
        return refused(_("Only a report that waits for the upper region can be taken back."))
    return ALLOWED


def may_reopen_report(actor: Actor, compilation: Compilation) -> Verdict:
    """Return the accepted report of a lower region with a reason; one that still waits is decided on in its flow."""
    upper = compilation.region.upper
    if upper is None or not actor.can("budget.receive") or not actor.is_home(upper.pk):
        return refused(_("Only the budget officer of the upper region accepts or returns a report."))
    if not is_open(COMPILATION, compilation, "reopen_report"):
        return refused(_("Only an accepted report is returned afterwards."))
    return ALLOWED


def may_keep_plan(actor: Actor, region_id: int) -> Verdict:
    """Set the timetable of a region and write down the days of its acts."""
    officer = actor.can("budget.compile") and actor.is_home(region_id)
    if actor.role == "system" or officer or actor.can("system.administer"):
        return ALLOWED
    return refused(_("Only the budget officer of the region keeps its timetable."))


def may_set_control(actor: Actor, region_id: int) -> Verdict:
    """Work out and issue the control figures of one's own region, on all three levels."""
    office = actor.can("budget.control") and actor.is_home(region_id) and actor.reach != Reach.UNITS
    if actor.role == "system" or office:
        return ALLOWED
    return refused(_("Only the budget officer of the region gives its control figures."))


def may_split_control(actor: Actor, region_id: int, department_id: int | None) -> Verdict:
    """Split a department's figure among its units: the department itself, or the region's office for it."""
    own = department_id is not None and actor.department_id == department_id
    if may_set_control(actor, region_id) or (own and actor.can("budget.control")):
        return ALLOWED
    return refused(_("Only the department itself, or the budget officer of its region, splits its control figures."))


def may_urge(actor: Actor, region: Region) -> Verdict:
    """Remind those who have not handed in to one's own region."""
    if actor.role == "system" or (actor.can("budget.compile") and actor.is_home(region.pk)):
        return ALLOWED
    return refused(_("Only the budget officer of the region urges those who have not handed in."))


def may_forecast(actor: Actor) -> Verdict:
    """Compute the suggestions of a year: the budget office of the autonomous region, or a job of the machine."""
    if actor.role == "system" or (actor.can("budget.compile") and actor.region_level == 0):
        return ALLOWED
    return refused(_("Only the budget office of the autonomous region computes suggestions."))


def may_approve(actor: Actor, compilation: Compilation) -> Verdict:
    """Draw up the approval (批复) of a compiled budget of one's own region; its flow decides."""
    if not _officer(actor, "budget.compile", compilation):
        return refused(_("Only the budget officer of the region draws up the approval of its budget."))
    if not compilation.is_locked:
        return refused(_("Compile the budget first: only compiled figures can be approved."))
    if compilation.round == BudgetRound.FIRST_UP and not _runs_one_round(compilation):
        text = _("The region's units hand in a second time (二上): the budget is approved from that round.")
        return refused(text)
    return ALLOWED


def _runs_one_round(compilation: Compilation) -> bool:
    """Some banners let their units hand in once only; their timetable says so."""
    plans = RoundPlan.objects.filter(region=compilation.region_id, year=compilation.year_id)
    return plans.filter(has_second_up=False).exists()


def may_state_staff(actor: Actor, unit: Unit) -> Verdict:
    """State how many people a unit has, which finance approves: the unit itself."""
    if actor.can("budget.enter") and actor.holds_unit(unit.pk):
        return ALLOWED
    return refused(_("Only the unit itself states its head counts."))


def may_keep_staff(actor: Actor) -> Verdict:
    """Write head counts down: files of base data, and what was approved."""
    if actor.role == "system":
        return ALLOWED
    return refused(_("Head counts are stated by their unit and approved by the finance office."))


def may_state_standard(actor: Actor, region_id: int) -> Verdict:
    """State an expenditure standard of one's own region; its flow decides."""
    if actor.can("budget.compile") and actor.is_home(region_id):
        return ALLOWED
    return refused(_("Only the budget officer of the region states its expenditure standards."))


def may_mend_standard(actor: Actor, change: StandardChange) -> Verdict:
    """Change a standard that was given back, and hand it in again."""
    verdict = may_state_standard(actor, change.region_id)
    if verdict and not is_open(STANDARD_CHANGE, change, "submit"):
        return refused(_("Only a standard that was returned is mended."))
    return verdict


def may_keep_base_row(actor: Actor, model: type) -> Verdict:
    """Change one row of a base table at once; what a region sets for itself goes through its approval."""
    if model is ExpenditureStandard:
        text = _("The finance office of a region states its standards for approval. Whole files of them are imported.")
        return refused(text)
    return may_keep_settings(actor)


def may_run_checks(actor: Actor, region: Region) -> Verdict:
    """Run all checks over one's own region and those below it."""
    if actor.role == "system" or (actor.can("budget.compile") and actor.is_home(region.pk)):
        return ALLOWED
    return refused(_("Only the budget officer of the region runs the checks over it."))


def may_keep_settings(actor: Actor) -> Verdict:
    """Change what a region's finance office has decided about its budget: the system administrator enters it."""
    if actor.role != "system" and not actor.can("system.administer"):
        return refused(_("Only the system administrator changes the budget settings of a region."))
    return ALLOWED


def _officer(actor: Actor, grant: str, compilation: Compilation) -> bool:
    return actor.role == "system" or (actor.can(grant) and actor.is_home(compilation.region_id))
