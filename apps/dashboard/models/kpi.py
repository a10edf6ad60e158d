"""What the roll-out is measured by: figures by region and phase, what they are compared with, and where they shall come to."""

from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.regions.models import Region, RolloutPhase
from imbudget.kit.querysets import ScopedQuerySet

KPI_DAYS = 365 * 3  # a whole run looks back so far: the year before a roll-out that began up to two years ago


class Kpi(models.TextChoices):
    """The measures. How each is worked out stands in `apps.dashboard.kpiwords`, which the page shows."""

    APPROVAL_MEDIAN = "approval_median", _("approval duration, median")
    APPROVAL_P90 = "approval_p90", _("approval duration, 90th percentile")
    HOURS_MEDIAN = "hours_median", _("approval duration in hours, median")
    HOURS_P90 = "hours_p90", _("approval duration in hours, 90th percentile")
    DEVIATION = "deviation", _("execution deviation rate")
    RETURNS = "returns", _("return rate")
    ON_TIME = "on_time", _("submitted on time")


class KpiPeriod(models.TextChoices):
    """The days that a figure is about."""

    MONTH = "month", _("month")
    BASELINE = "baseline", _("year before the roll-out")
    CURRENT = "current", _("last 90 days")


class OfRegionsQuerySet(ScopedQuerySet):
    """Figures of whole regions: whoever sees single units sees none."""

    unit_field = None


def figure(label: Any, **more: Any) -> models.DecimalField:
    """Days, hours or percent with four places."""
    return models.DecimalField(label, max_digits=14, decimal_places=4, **more)


class KpiFigure(models.Model):
    """One measure of a region with all below it (of those in one phase, where `phase` is named) in one period.

    Worked out by `services.kpi`; where there was nothing to measure there is no row. `count` is how many documents,
    hand-ins or units are behind it.
    """

    region = models.ForeignKey(Region, verbose_name=_("region"), on_delete=models.PROTECT, related_name="+")
    league = models.ForeignKey(Region, null=True, editable=False, on_delete=models.PROTECT, related_name="+")
    phase = models.ForeignKey(
        RolloutPhase,
        verbose_name=_("phase of the roll-out"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,  # a figure is worked out anew; it outlives nothing
        related_name="+",
    )
    kpi = models.CharField(_("measure"), max_length=16, choices=Kpi)
    period = models.CharField(_("period"), max_length=8, choices=KpiPeriod)
    month = models.DateField(_("month"), null=True, blank=True)
    value = figure(_("figure"))
    count = models.PositiveIntegerField(_("number measured"))
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    at = models.DateTimeField(_("worked out at"))

    objects = OfRegionsQuerySet.as_manager()

    class Meta:
        verbose_name = _("figure of the roll-out")
        verbose_name_plural = _("figures of the roll-out")
        # A page reads the few of a region that are no months, and of the months one measure (the constraint below).
        indexes = [models.Index(fields=["region"], condition=~Q(period=KpiPeriod.MONTH), name="kpi_figure_periods")]
        constraints = [
            models.UniqueConstraint(
                fields=["region", "phase", "kpi", "period", "month"], nulls_distinct=False, name="kpi_figure_once"
            ),
            models.CheckConstraint(
                condition=Q(period=KpiPeriod.MONTH, month__isnull=False)
                | (~Q(period=KpiPeriod.MONTH) & Q(month__isnull=True)),
                name="kpi_month_of_months",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.region_id} {self.kpi} {self.period} {self.value}"


class KpiBaseline(models.Model):
    """A figure of the time before the roll-out that the system has no data of, with the paper it was taken from."""

    region = models.ForeignKey(Region, verbose_name=_("region"), on_delete=models.PROTECT, related_name="+")
    league = models.ForeignKey(Region, null=True, editable=False, on_delete=models.PROTECT, related_name="+")
    kpi = models.CharField(_("measure"), max_length=16, choices=Kpi)
    value = figure(_("figure"))
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    source = models.CharField(_("source document"), max_length=300)

    objects = OfRegionsQuerySet.as_manager()

    class Meta:
        verbose_name = _("baseline entered")
        verbose_name_plural = _("baselines entered")
        ordering = ["region__code", "kpi"]
        constraints = [
            models.UniqueConstraint(
                fields=["region", "kpi"],
                name="kpi_baseline_once",
                violation_error_message=_("The region has a baseline of this measure already."),
            ),
            models.CheckConstraint(
                condition=Q(value__gte=0),
                name="kpi_baseline_not_below_zero",
                violation_error_message=_("A measure of the roll-out is never below zero."),
            ),
            models.CheckConstraint(
                condition=Q(first_day__lte=F("last_day")),
                name="kpi_baseline_days_in_order",
                violation_error_message=_("The first day comes before the last one."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.region} {self.get_kpi_display()}"


class TargetKind(models.TextChoices):
    """How a figure is held against its target."""

    CHANGE = "change", _("change against the baseline in percent, at most")
    MOST = "most", pgettext_lazy("target", "at most")
    LEAST = "least", pgettext_lazy("target", "at least")


class KpiTarget(models.Model):
    """Where a measure shall come to; the same everywhere."""

    kpi = models.CharField(_("measure"), max_length=16, choices=Kpi, unique=True)
    kind = models.CharField(_("kind of target"), max_length=6, choices=TargetKind)
    value = figure(_("target"))
    basis = models.CharField(_("basis"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("target of the roll-out")
        verbose_name_plural = _("targets of the roll-out")
        ordering = ["kpi"]

    def __str__(self) -> str:
        return self.get_kpi_display()

    def is_met(self, value: Decimal | None, baseline: Decimal | None) -> bool | None:
        """Whether a figure reaches it; None where it cannot be said: without a figure, or a baseline to change from."""
        if value is None:
            return None
        if self.kind == TargetKind.MOST:
            return value <= self.value
        if self.kind == TargetKind.LEAST:
            return value >= self.value
        changed = change(value, baseline)
        return None if changed is None else changed <= self.value


def change(value: Decimal | None, baseline: Decimal | None) -> Decimal | None:
    """How far a figure is from its baseline, in percent of the baseline; None without one, or where it is zero."""
    if value is None or not baseline:
        return None
    return (value - baseline) * 100 / baseline
