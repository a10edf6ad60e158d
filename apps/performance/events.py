"""What performance records as evidence."""

from django.utils.translation import gettext_lazy as _

EVENTS = {
    "performance.years_opened": _("performance of projects opened for a year"),
    "performance.figures_published": _("figures published"),
    "performance.figures_withdrawn": _("published figures withdrawn"),
    "performance.scheme_saved": _("scheme of evaluation saved"),
}
