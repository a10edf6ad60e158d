"""Modules that a region can be without until its phase of the roll-out opens them: apps, as groups of the menu.

What is no module is always open: signing in, the inbox, regions and units, the record, personal information, the administration.
"""

from django.utils.translation import gettext_lazy as _

MODULES = {
    "projects": _("project library"),
    "review": _("expert review"),
    "budget": _("budget"),
    "ledger": _("authority ledger"),
    "disbursement": _("disbursement"),
    "subsidy": _("subsidies to people"),
    "monitoring": _("monitoring of payments"),
    "performance": _("performance"),
}
