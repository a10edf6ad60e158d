"""What regions record as evidence."""

from django.utils.translation import gettext_lazy as _

EVENTS = {"regions.imported": _("regions or units imported")}
