"""The kind of background job that makes many documents."""

from django.utils.translation import gettext_lazy as _

from apps.desk.kinds import JobKind
from apps.reports import services

KINDS = {"reports.batch": JobKind(_("unit budgets as PDF"), services.make_batch)}
