"""What reports records as evidence."""

from django.utils.translation import gettext_lazy as _

EVENTS = {
    "reports.made": _("document made"),
    "reports.batch_made": _("batch of documents made"),
    "reports.performance_made": _("papers of performance made"),
    "reports.letters_made": _("letters of an approval made"),
}
