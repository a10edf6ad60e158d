"""What codes record as evidence."""

from django.utils.translation import gettext_lazy as _

EVENTS = {
    "codes.imported": _("classification imported"),
    "codes.year_changed": _("fiscal year changed"),
}
