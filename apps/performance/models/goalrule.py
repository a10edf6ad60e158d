"""What the finance office has decided about checks of target tables: a row for each check, region and years."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.performance.models.scheme import OPEN_END
from apps.regions.models import Region


class GoalRuleLevel(models.TextChoices):
    """How much weight a rule gives to what its check finds."""

    OWN = "own", _("as the check finds")
    ERROR = "error", _("stops the hand-in")
    WARNING = "warning", _("warns only")
    OFF = "off", _("switched off")


class GoalRule(models.Model):
    """The weight, words and parameters of one check of target tables; of several that of the nearest region decides."""

    code = models.CharField(_("check"), max_length=60)
    region = models.ForeignKey(
        Region,
        verbose_name=_("region"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Empty: everywhere. Otherwise this region and all below it."),
    )
    level = models.CharField(_("weight"), max_length=7, choices=GoalRuleLevel, default=GoalRuleLevel.OWN)
    message = models.CharField(
        _("message"), max_length=500, blank=True, help_text=_("Stands before what the check itself says.")
    )
    basis = models.CharField(_("basis"), max_length=300, blank=True)
    parameters = models.JSONField(
        _("parameters"), default=dict, blank=True, help_text=_("Numbers, or words with blanks between.")
    )
    valid_from = models.PositiveSmallIntegerField(_("valid from year"), default=2000)
    valid_to = models.PositiveSmallIntegerField(_("valid to year"), default=OPEN_END)
    is_verified = models.BooleanField(_("verified"), default=False)
    source = models.CharField(_("source document"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("rule of a check of goals")
        verbose_name_plural = _("rules of checks of goals")
        ordering = ["code", "region", "-valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "region", "valid_from"],
                name="goal_rule_once",
                nulls_distinct=False,
                violation_error_message=_("There is such a rule from this year on already."),
            ),
            models.CheckConstraint(
                condition=Q(valid_to__gte=F("valid_from")),
                name="goal_rule_years_in_order",
                violation_error_message=_("The last year lies before the first one."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.region or ''}".strip()
