"""What past years suggest for a unit and an economic class; how well that did before; where figures stop being comparable."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.budget.models.sheet import copied_key, money_field
from apps.codes.models import FiscalYear
from apps.regions.models import Region, Unit
from imbudget.kit.querysets import ScopedQuerySet


class SuggestionGap(models.TextChoices):
    """Why there is no suggestion."""

    FEW = "few", _("fewer than three years of figures")
    BREAK = "break", _("a change of policy: earlier figures cannot be compared")


class Suggestion(models.Model):
    """The figure that past years suggest for one unit and department economic class in a year; computed anew each time.

    `low` and `high` hold eight of ten years; both empty where too few past errors are known. No amount: the reason.
    """

    unit = copied_key(Unit, db_index=False)
    region = copied_key(Region, db_index=False)
    league = copied_key(Region, null=True, db_index=False)
    year = copied_key(FiscalYear, db_index=False)
    code = models.CharField(_("department economic class"), max_length=21)
    amount = money_field(_("suggested amount"), null=True)
    low = money_field(_("lowest of the range"), null=True)
    high = money_field(_("highest of the range"), null=True)
    last = money_field(_("amount of the year before"), null=True)
    points = models.PositiveSmallIntegerField(_("years of figures"))
    gap = models.CharField(_("why there is none"), max_length=5, choices=SuggestionGap, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("suggestion")
        verbose_name_plural = _("suggestions")
        constraints = [
            models.UniqueConstraint(fields=["unit", "year", "code"], name="suggestion_once"),
            models.CheckConstraint(condition=Q(amount__isnull=False) | ~Q(gap=""), name="suggestion_or_reason"),
        ]
        indexes = [models.Index(fields=["year", "region", "code"], name="suggestion_year_region")]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.year_id} {self.code}: {self.amount}"


class BackTest(models.Model):
    """The last year before `year`, forecast from the ones before it, against last year's figure taken as it was."""

    year = copied_key(FiscalYear, db_index=False)
    league = copied_key(Region, null=True, db_index=False)
    code = models.CharField(_("department economic class"), max_length=21)
    series = models.PositiveIntegerField(_("series"))
    actual = money_field(_("actual amount"))
    error = money_field(_("sum of the errors"))
    naive_error = money_field(_("sum of the errors of last year's figure"))

    class Meta:
        verbose_name = _("back-test")
        verbose_name_plural = _("back-tests")
        constraints = [
            models.UniqueConstraint(fields=["year", "league", "code"], name="back_test_once", nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return f"{self.year_id} {self.code}"


class SeriesBreak(models.Model):
    """From `year` on the figures of classes that begin with `code` cannot be compared with earlier ones."""

    code = models.CharField(
        _("beginning of the code"),
        max_length=21,
        validators=[RegexValidator(r"^\d{3,21}$")],
        help_text=_("A department economic class, or the beginning of several."),
    )
    year = models.ForeignKey(
        FiscalYear, verbose_name=_("first year of the new policy"), on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(_("reason"), max_length=300)
    source = models.CharField(_("source document"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("break of a series")
        verbose_name_plural = _("breaks of series")
        ordering = ["-year", "code"]
        constraints = [models.UniqueConstraint(fields=["code", "year"], name="series_break_once")]

    def __str__(self) -> str:
        return f"{self.code} {self.year_id}"
