"""What the budget tells people: kind → (template, label)."""

from django.utils.translation import gettext_lazy as _

KINDS = {
    "budget.urged": (
        _("The budget of %(unit)s for %(round)s has not been handed in. Please hand it in."),
        _("urged budget unit"),
    ),
    "budget.region_urged": (
        _("The budget of %(region)s for %(round)s has not been reported. Please report it."),
        _("urged region"),
    ),
    "budget.returned": (
        _("The budget of %(unit)s for %(round)s has been returned: %(text)s"),
        _("budget returned"),
    ),
    "budget.report_returned": (
        _("The report of %(region)s for %(round)s has been returned: %(text)s"),
        _("report returned"),
    ),
}
