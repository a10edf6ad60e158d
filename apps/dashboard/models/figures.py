"""Figures of regions that were computed before anybody asks: what maps, leaders' pages and time series read."""

from django.db import models

from apps.codes.models import FiscalYear
from apps.regions.models import Region
from imbudget.kit.querysets import ScopedQuerySet

NOW = 0  # the month of what stands now


class FigureQuerySet(ScopedQuerySet):
    """Figures of whole regions; unit posts see none."""

    unit_field = None


def derived_key(model: type[models.Model], **kwargs: object) -> models.ForeignKey:
    """A key of a derived row: the statement that writes it joins the row it points to."""
    return models.ForeignKey(
        model, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False, **kwargs
    )  # type: ignore[misc]


class Figure(models.Model):
    """What a measure comes to in a region's own node, without those below it.

    `month` is 0 for what stands now, else 1 to 12 for what stood at the end of that month of the calendar year that the
    fiscal year is; the month that runs moves on, one that has ended does not. A month without a row is not known: nobody
    looked then. `value` is in the unit of the measure (yuan for amounts), `count` is how many rows are behind it.
    """

    measure = models.CharField(max_length=40)
    year = derived_key(FiscalYear)
    region = derived_key(Region)
    league = derived_key(Region, null=True)
    month = models.PositiveSmallIntegerField(default=NOW)
    value = models.DecimalField(max_digits=24, decimal_places=4)
    count = models.BigIntegerField(null=True)

    objects = FigureQuerySet.as_manager()

    class Meta:
        constraints = [
            # Measure and year stand first: what one page asks for is one stretch of the index.
            models.UniqueConstraint(fields=["measure", "year", "month", "region"], name="figure_once"),
            models.CheckConstraint(condition=models.Q(month__lte=12), name="figure_month_of_a_year"),
        ]
        indexes = [models.Index(fields=["year", "month"], name="figure_year_month")]

    def __str__(self) -> str:
        return f"{self.measure} {self.year_id}-{self.month} {self.region_id}: {self.value}"


class MeasureRun(models.Model):
    """When the figures of a measure were last computed, what that cost, and the error where it failed: they are older then."""

    measure = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField(null=True)
    milliseconds = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=500, blank=True)

    def __str__(self) -> str:
        return f"{self.measure} {self.at}"
