"""What the finance office has decided about checks, and what a run of all of them over a region found."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.budget.models.base import OPEN_END
from apps.budget.models.plan import OfRegionsQuerySet
from apps.budget.models.sheet import BudgetRound, BudgetSheet
from apps.codes.models import FiscalYear
from apps.regions.models import Region, Unit
from imbudget.kit.findings import Level
from imbudget.kit.querysets import ScopedQuerySet


class RuleLevel(models.TextChoices):
    """How much weight a rule gives to what its check finds."""

    OWN = "own", _("as the check finds")
    ERROR = "error", _("stops the hand-in")
    WARNING = "warning", _("warns only")
    OFF = "off", _("switched off")


class FindingLevel(models.TextChoices):
    """The levels of findings (kit.findings) as lists show them."""

    ERROR = Level.ERROR, _("error")
    WARNING = Level.WARNING, _("warning")


class CheckRule(models.Model):
    """The weight, words and parameters of one check; of several rules that of the nearest region decides."""

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
    level = models.CharField(_("weight"), max_length=7, choices=RuleLevel, default=RuleLevel.OWN)
    message = models.CharField(
        _("message"), max_length=500, blank=True, help_text=_("Stands before what the check itself says.")
    )
    basis = models.CharField(_("basis"), max_length=300, blank=True)
    parameters = models.JSONField(
        _("parameters"), default=dict, blank=True, help_text=_("For example a tolerance in yuan, or shares in percent.")
    )
    valid_from = models.PositiveSmallIntegerField(_("valid from year"), default=2000)
    valid_to = models.PositiveSmallIntegerField(_("valid to year"), default=OPEN_END)
    is_verified = models.BooleanField(_("verified"), default=False)
    source = models.CharField(_("source document"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("rule of a check")
        verbose_name_plural = _("rules of checks")
        ordering = ["code", "region", "-valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "region", "valid_from"],
                name="check_rule_once",
                nulls_distinct=False,
                violation_error_message=_("There is such a rule from this year on already."),
            ),
            models.CheckConstraint(
                condition=Q(valid_to__gte=F("valid_from")),
                name="check_rule_years_in_order",
                violation_error_message=_("The last year lies before the first one."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.region or ''}".strip()


class CheckRun(models.Model):
    """All checks asked of a region and the regions below it; the findings are those of its newest run."""

    region = models.ForeignKey(Region, verbose_name=_("region"), on_delete=models.PROTECT, related_name="+")
    league = models.ForeignKey(Region, null=True, editable=False, on_delete=models.PROTECT, related_name="+")
    year = models.ForeignKey(FiscalYear, verbose_name=_("fiscal year"), on_delete=models.PROTECT, related_name="+")
    round = models.CharField(_("round"), max_length=12, choices=BudgetRound)
    user = models.ForeignKey(User, verbose_name=_("user"), null=True, on_delete=models.PROTECT, related_name="+")
    sheets = models.PositiveIntegerField(_("budget sheets"), default=0)
    made_at = models.DateTimeField(_("made at"), auto_now_add=True)

    objects = OfRegionsQuerySet.as_manager()

    class Meta:
        verbose_name = _("run of the checks")
        verbose_name_plural = _("runs of the checks")
        ordering = ["-made_at", "-pk"]
        indexes = [models.Index(fields=["region", "year", "round", "-id"], name="check_run_region")]

    def __str__(self) -> str:
        return f"{self.region} {self.year_id} {self.get_round_display()}"

    def get_absolute_url(self) -> str:
        return reverse("budget:findings", args=[self.pk])


class CheckCount(models.Model):
    """What one check said in a run: how many sheets (or regions) have an error, a warning, nothing, or were not covered."""

    # A part of its run.
    run = models.ForeignKey(CheckRun, on_delete=models.CASCADE, related_name="counts")
    code = models.CharField(max_length=60)
    errors = models.PositiveIntegerField(_("errors"), default=0)
    warnings = models.PositiveIntegerField(_("warnings"), default=0)
    passed = models.PositiveIntegerField(_("passed"), default=0)
    uncovered = models.PositiveIntegerField(_("not covered"), default=0)
    reasons = models.JSONField(default=dict)  # language → why not

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "code"], name="check_count_once")]

    def __str__(self) -> str:
        return self.code

    @property
    def reason(self) -> str:
        """Why some were not covered, in the language in force."""
        return in_language(self.reasons)


class FindingQuerySet(ScopedQuerySet):
    """Findings; those about a whole region belong to no unit."""

    def for_list(self) -> "FindingQuerySet":
        return self.select_related("region", "unit")


class CheckFinding(models.Model):
    """One thing that a run found, with the sheet and line it lies in. Texts are kept in every language."""

    # A part of its run.
    run = models.ForeignKey(CheckRun, on_delete=models.CASCADE, related_name="findings", db_index=False)
    code = models.CharField(_("check"), max_length=60)
    level = models.CharField(_("level"), max_length=7, choices=FindingLevel)
    region = models.ForeignKey(Region, verbose_name=_("region"), on_delete=models.PROTECT, related_name="+")
    league = models.ForeignKey(Region, null=True, editable=False, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(
        Unit, verbose_name=_("budget unit"), null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    # A sheet is never deleted; a finding about one that was would say nothing.
    sheet = models.ForeignKey(
        BudgetSheet, verbose_name=_("budget sheet"), null=True, on_delete=models.CASCADE, related_name="+"
    )
    line = models.PositiveIntegerField(_("line number"), null=True)
    texts = models.JSONField(_("finding"), default=dict)
    bases = models.JSONField(_("basis"), default=dict)

    objects = FindingQuerySet.as_manager()

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        ordering = ["run", "pk"]
        indexes = [models.Index(fields=["run", "code", "level", "id"], name="check_finding_run")]

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        return in_language(self.texts)

    @property
    def basis(self) -> str:
        return in_language(self.bases)


def in_language(texts: dict[str, Any]) -> str:
    """The text in the language in force, else in the first language of the product."""
    return str(texts.get(get_language() or "", texts.get(settings.LANGUAGE_CODE, "")))
