"""The kinds of background job that make many documents."""

from django.utils.translation import gettext_lazy as _

from apps.desk.kinds import JobKind
from apps.reports import services
from apps.reports.services import performance
from apps.reports.services.letters import make_letters
from apps.reports.services.published import KIND, make_published

KINDS = {
    "reports.batch": JobKind(_("unit budgets as PDF"), services.make_batch),
    "reports.letters": JobKind(_("letters of an approval"), make_letters),
    performance.KIND: JobKind(_("papers of performance"), performance.make_papers),
    KIND: JobKind(_("published tables as PDF"), make_published),
}
