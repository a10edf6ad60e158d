"""What dashboards record as evidence."""

from django.utils.translation import gettext_lazy as _

EVENTS = {
    "dashboard.boundaries_loaded": _("map of boundaries loaded"),
    "dashboard.kpi_saved": _("baseline or target of the roll-out changed"),
    "dashboard.kpi_dropped": _("baseline or target of the roll-out taken away"),
}
