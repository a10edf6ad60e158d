"""When a unit or a lower region was last urged to hand in."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.budget.models.sheet import BudgetRound
from apps.codes.models import FiscalYear
from apps.regions.models import Region, Unit


class Urge(models.Model):
    """The last time somebody was urged in a round: a unit of `region`, or (without a unit) the region itself."""

    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    year = models.ForeignKey(FiscalYear, on_delete=models.PROTECT, related_name="+", db_index=False)
    round = models.CharField(_("round"), max_length=12, choices=BudgetRound)
    times = models.PositiveIntegerField(_("how often"), default=1)
    urged_at = models.DateTimeField(_("urged at"))

    class Meta:
        verbose_name = _("urging")
        verbose_name_plural = _("urgings")
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "year", "round"], condition=Q(unit__isnull=False), name="urge_unit"
            ),
            models.UniqueConstraint(fields=["region", "year", "round"], condition=Q(unit=None), name="urge_region"),
        ]

    def __str__(self) -> str:
        return f"{self.region_id} {self.unit_id} {self.urged_at}"
