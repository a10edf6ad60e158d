"""What regions record as evidence."""

from django.utils.translation import gettext_lazy as _

EVENTS = {
    "regions.imported": _("regions or units imported"),
    "regions.saved": _("region, department or unit changed in the administration"),
    "regions.deleted": _("old code deleted in the administration"),
    "regions.phase_saved": _("phase of the roll-out changed"),
    "regions.switched_on": _("region switched on for a phase"),
    "regions.switch_taken_back": _("switch of a region taken back before its day"),
}
