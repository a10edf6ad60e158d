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
    "budget.approval_drawn_up": _("approval of the budget drawn up"),
    "budget.approved": _("budget approved and authority issued"),
    "budget.setting_saved": _("budget settings of a region changed"),
}
