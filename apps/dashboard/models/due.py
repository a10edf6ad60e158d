"""Sheets that were due: what the share of sheets handed in on time is counted from, a row for each."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.budget.models import BudgetRound
from apps.codes.models import FiscalYear
from apps.dashboard.models.figures import derived_key
from apps.regions.models import Region, Unit
from imbudget.kit.querysets import ScopedQuerySet


class DueSheet(models.Model):
    """A unit that had to hand in its sheet of a round by the day of its region's timetable: a view, nothing is kept here.

    `handed_on` is the day of the first hand-in (that of the sheet itself where it went no way), None where none came.
    """

    id = models.BigIntegerField(primary_key=True)
    region = derived_key(Region)
    league = derived_key(Region, null=True)
    unit = derived_key(Unit)
    year = derived_key(FiscalYear)
    round = models.CharField(_("round"), max_length=12, choices=BudgetRound)
    due = models.DateField(_("due"))
    handed_on = models.DateField(_("handed in on"), null=True)
    on_time = models.IntegerField(_("on time"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "dashboard_duesheet"
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.unit_id} {self.year_id} {self.round} {self.due}"
