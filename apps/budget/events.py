"""What the budget records as evidence."""

from django.utils.translation import gettext_lazy as _

EVENTS = {
    "budget.sheet_opened": _("budget sheet begun"),
    "budget.lines_saved": _("budget lines saved"),
    "budget.lines_copied": _("lines of last year copied"),
    "budget.submitted": _("budget handed in"),
    "budget.recalled": _("budget taken back"),
    "budget.accepted": _("budget accepted"),
    "budget.sent_back": _("budget returned"),
    "budget.remarked": _("comment on a budget"),
    "budget.imported": _("workbook imported"),
    "budget.compiled": _("budget compiled"),
    "budget.reopened": _("compilation opened again"),
    "budget.reported": _("budget reported"),
    "budget.report_received": _("report accepted"),
    "budget.report_sent_back": _("report returned"),
    "budget.plan_saved": _("timetable of a region changed"),
    "budget.act_recorded": _("day of an act written down"),
    "budget.clock_saved": _("statutory term changed"),
    "budget.clocks_imported": _("statutory terms imported"),
    "budget.control_set": _("control figures worked out"),
    "budget.control_imported": _("control figures imported"),
    "budget.control_dropped": _("drafts of control figures thrown away"),
    "budget.control_issued": _("control figures issued"),
    "budget.staff_saved": _("head counts of a unit changed"),
    "budget.standard_saved": _("expenditure standard changed"),
    "budget.base_imported": _("base table imported"),
    "budget.basic_computed": _("basic expenditure computed"),
    "budget.setting_saved": _("budget settings of a region changed"),
}
