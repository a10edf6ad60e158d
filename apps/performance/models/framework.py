"""共性指标框架: the items of decision and process that departments and finance offices tick (财预〔2020〕10号, annex)."""

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.performance.models.scheme import OPEN_END
from apps.regions.models import Region

LIMITS = [MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100))]


class FrameworkPart(models.TextChoices):
    """一级指标."""

    DECISION = "decision", pgettext_lazy("indicator", "decision")
    PROCESS = "process", pgettext_lazy("indicator", "process")


class Formula(models.TextChoices):
    """How an item is scored that nobody ticks."""

    EXECUTION = "execution", _("execution rate")


class FrameworkItem(models.Model):
    """A third-level indicator of decision or process; its points are brought to those of the scheme.

    A region with items of its own for a year evaluates, with all below it, by these alone; region empty: everywhere else.
    """

    code = models.CharField(_("code"), max_length=20)
    region = models.ForeignKey(
        Region,
        verbose_name=_("region"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        help_text=_("Empty: everywhere. Otherwise this region and all below it, which then has no other items."),
    )
    valid_from = models.PositiveSmallIntegerField(_("valid from year"), default=2000)
    valid_to = models.PositiveSmallIntegerField(_("valid to year"), default=OPEN_END)
    part = models.CharField(_("first-level indicator"), max_length=8, choices=FrameworkPart)
    second = models.CharField(_("second-level indicator"), max_length=60)
    name = models.CharField(_("third-level indicator"), max_length=60)
    points = models.DecimalField(_("points"), max_digits=5, decimal_places=2, validators=LIMITS)
    formula = models.CharField(_("formula"), max_length=9, choices=Formula, blank=True)
    number = models.PositiveSmallIntegerField(_("no."))
    is_current = models.BooleanField(_("in use"), default=True)
    source = models.CharField(_("source document"), max_length=300, blank=True)
    is_verified = models.BooleanField(_("verified"), default=False)

    class Meta:
        verbose_name = _("item of the framework")
        verbose_name_plural = _("items of the framework")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "region", "valid_from"],
                name="framework_item_once",
                nulls_distinct=False,
                violation_error_message=_("There is an item of this code from this year already."),
            ),
            models.CheckConstraint(
                condition=Q(valid_to__gte=F("valid_from")),
                name="framework_years_in_order",
                violation_error_message=_("The last year lies before the first one."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class FrameworkPoint(models.Model):
    """评价要点: one thing of an item that is in order or not."""

    item = models.ForeignKey(FrameworkItem, on_delete=models.CASCADE, related_name="ticks")  # a part of its item
    number = models.PositiveSmallIntegerField(_("no."))
    text = models.CharField(_("what is looked at"), max_length=200)

    class Meta:
        verbose_name = _("point of an item")
        verbose_name_plural = _("points of items")
        ordering = ["item", "number"]
        constraints = [models.UniqueConstraint(fields=["item", "number"], name="framework_point_once")]

    def __str__(self) -> str:
        return self.text
