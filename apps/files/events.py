"""What files record as evidence; downloads are recorded as those of any document."""

from django.utils.translation import gettext_lazy as _

EVENTS = {
    "files.stored": _("file attached"),
    "files.claimed": _("file sent ahead attached to its document"),
    "files.discarded": _("attached file deleted"),
    "files.damaged": _("attached file missing or changed in the storage"),
}
