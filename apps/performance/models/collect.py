"""What automatic collection keeps: whose money moved, and why a source gave no value."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Gap(models.TextChoices):
    """Why a source gave no value; stored with the value's row, so that nothing is scored and the reason is shown."""

    NO_BUDGET = "no_budget", _("the project has no budget in this year")
    NO_REPORT = "no_report", _("no progress report says anything about it")
    NOT_FINISHED = "not_finished", _("no progress report names the day of completion")
    NO_ROSTER = "no_roster", _("no roster was paid out of the project's money")
    NO_CASE = "no_case", _("the application went through no approval in this system")
    NO_REVIEW = "no_review", _("the project went through no expert review in this system")
    NO_SURVEY = "no_survey", _("no survey was closed")
    FEW_ANSWERS = "few_answers", _("the survey has fewer answers than it needs")
    MEASURE = "measure", _("the source does not know this unit of measure")


class StaleMoney(models.Model):
    """A project and year whose authority moved: appended by each act, taken away by the fold that adds it up.

    Rows come by the statement and are never joined with, so keys are not held and nobody waits for a payment.
    """

    project = models.BigIntegerField(_("project"))
    year = models.PositiveSmallIntegerField(_("fiscal year"))

    class Meta:
        verbose_name = _("figures to be added up")
        verbose_name_plural = _("figures to be added up")

    def __str__(self) -> str:
        return f"{self.project} {self.year}"
