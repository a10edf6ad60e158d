"""What dashboards record as evidence."""

from django.utils.translation import gettext_lazy as _

EVENTS = {"dashboard.boundaries_loaded": _("map of boundaries loaded")}
