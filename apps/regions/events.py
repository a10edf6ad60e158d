"""What regions record as evidence."""

from django.utils.translation import gettext_lazy as _

EVENTS = {
    "regions.imported": _("regions or units imported"),
    "regions.saved": _("region, department or unit changed in the administration"),
    "regions.deleted": _("old code deleted in the administration"),
}
