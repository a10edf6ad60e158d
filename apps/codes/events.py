"""What codes record as evidence."""

from django.utils.translation import gettext_lazy as _

EVENTS = {
    "codes.imported": _("classification imported"),
    "codes.saved": _("classification changed in the administration"),
    "codes.deleted": _("row of the classification deleted in the administration"),
    "codes.year_changed": _("fiscal year changed"),
}
