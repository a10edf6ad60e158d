"""What performance records as evidence."""

from django.utils.translation import gettext_lazy as _

from apps.performance import goalevents

EVENTS = {
    "performance.years_opened": _("performance of projects opened for a year"),
    "performance.scheme_saved": _("scheme of evaluation saved"),
    **goalevents.EVENTS,
}

NOTICES = {
    **goalevents.NOTICES,
}
