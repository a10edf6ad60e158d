"""What collection records as evidence, and what it tells people."""

from django.utils.translation import gettext_lazy as _

EVENTS = {
    "performance.value_recorded": _("value of a target recorded"),
    "performance.values_collected": _("values of targets collected"),
    "performance.report_saved": _("progress report saved"),
    "performance.report_submitted": _("progress report handed in"),
    "performance.report_returned": _("progress report returned"),
    "performance.survey_opened": _("satisfaction survey opened"),
    "performance.survey_closed": _("satisfaction survey closed"),
    "performance.survey_answered": _("satisfaction survey answered"),
}

# kind → (template, label)
NOTICES = {
    "performance.report_returned": (
        _("“%(report)s” about “%(project)s” was returned: %(reason)s"),
        _("progress report returned"),
    ),
    "performance.survey_closed": (
        _("The survey “%(survey)s” is closed: %(counted)s answers count, %(excluded)s were set aside."),
        _("satisfaction survey closed"),
    ),
}
