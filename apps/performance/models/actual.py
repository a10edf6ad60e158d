"""What was reached: values with where they came from. A value is never changed; a later one takes its place."""

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.files.models import StoredFile
from apps.performance.models.collect import Gap
from apps.performance.models.year import Target, quantity
from apps.projects.models import GoalSource
from imbudget.kit.formats import format_quantity


class Tier(models.TextChoices):
    """How far a goal in words was reached (财预〔2020〕10号)."""

    REACHED = "reached", _("reached as expected")
    PARTLY = "partly", _("partly reached, with some effect")
    MISSED = "missed", _("not reached, with little effect")


class ActualValue(models.Model):
    """What a target has reached as of a day, cumulated since the beginning of the year.

    `subject_label` and `subject_id` name the document it was read from; a value entered by hand has files. Of a goal in words
    `tier` and `share` (per cent, inside the tier) say how far it was reached. `gap` says why a source gave no value: then
    there is none, and nothing is scored by it. `is_checked`: it looked like a slip, and who entered it confirmed it.
    """

    target = models.ForeignKey(
        Target, verbose_name=_("target of a year"), on_delete=models.PROTECT, related_name="values", db_index=False
    )
    as_of = models.DateField(_("as of"))
    value = quantity(_("value reached"), null=True)
    tier = models.CharField(_("how far"), max_length=7, choices=Tier, blank=True)
    share = models.DecimalField(
        _("share, %"),
        max_digits=5,
        decimal_places=2,
        null=True,
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100))],
    )
    words = models.CharField(_("in words"), max_length=500, blank=True)
    gap = models.CharField(_("why there is no value"), max_length=300, blank=True)
    source = models.CharField(_("source of the value"), max_length=10, choices=GoalSource)
    subject_label = models.CharField(max_length=60, blank=True, editable=False)
    subject_id = models.CharField(max_length=40, blank=True, editable=False)
    is_checked = models.BooleanField(_("confirmed as right"), default=False, db_default=False)
    author = models.ForeignKey(
        User, verbose_name=_("entered by"), null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    recorded_at = models.DateTimeField(_("recorded at"), auto_now_add=True)

    class Meta:
        verbose_name = _("value reached")
        verbose_name_plural = _("values reached")
        ordering = ["target", "-as_of", "-id"]
        indexes = [models.Index(fields=["target", "-as_of", "-id"], name="actual_value_latest")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(gap="") | Q(value__isnull=False) | ~Q(tier="") | ~Q(words=""),
                name="actual_value_or_gap",
                violation_error_message=_("Enter the value, or say why there is none."),
            ),
            models.CheckConstraint(
                condition=Q(share__isnull=True) | Q(share__gte=0, share__lte=100), name="actual_share_in_per_cent"
            ),
        ]

    def __str__(self) -> str:
        return self.said

    @property
    def said(self) -> str:
        """The value as tables print it."""
        if self.value is not None:
            return f"{format_quantity(self.value)}{self.target.measure}"
        return str(Tier(self.tier).label) if self.tier else self.words or self.gap_said

    @property
    def gap_said(self) -> str:
        """Why there is no value, in words: sources give a reason of `Gap`, people their own."""
        return str(Gap(self.gap).label) if self.gap in Gap.values else self.gap


class ActualFile(models.Model):
    """Evidence of a value entered by hand."""

    value = models.ForeignKey(
        ActualValue, verbose_name=_("value reached"), on_delete=models.PROTECT, related_name="files"
    )
    file = models.OneToOneField(StoredFile, verbose_name=_("file"), on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("evidence of a value")
        verbose_name_plural = _("evidence of values")
        ordering = ["value", "pk"]

    def __str__(self) -> str:
        return str(self.file)
