"""Real outlines of regions, loaded by the operator together with the number under which the map may be shown (审图号)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.regions.models import Region


class BoundaryMap(models.Model):
    """A map of one region: the outlines of those directly below it. The last one loaded for a region is shown."""

    region = models.ForeignKey(Region, verbose_name=_("region"), on_delete=models.PROTECT, related_name="+")
    approval = models.CharField(_("approval number of the map"), max_length=60)
    source = models.CharField(_("source document"), max_length=300)
    digest = models.CharField(_("digest of the file"), max_length=64)
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    is_current = models.BooleanField(_("shown on the map"), default=True)
    loaded_by = models.CharField(_("loaded by"), max_length=150)
    loaded_at = models.DateTimeField(_("loaded at"), auto_now_add=True)

    class Meta:
        verbose_name = _("map of boundaries")
        verbose_name_plural = _("maps of boundaries")
        constraints = [
            models.UniqueConstraint(
                fields=["region"], condition=models.Q(is_current=True), name="boundary_current_once"
            ),
            models.CheckConstraint(condition=~models.Q(approval=""), name="boundary_has_its_number"),
        ]

    def __str__(self) -> str:
        return f"{self.region} {self.approval}"


class Outline(models.Model):
    """The outline of one region in the units of its map, and where its name stands."""

    map = models.ForeignKey(BoundaryMap, on_delete=models.CASCADE, related_name="outlines")
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    path = models.TextField()
    x = models.PositiveSmallIntegerField()
    y = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["map", "region"], name="outline_once")]

    def __str__(self) -> str:
        return f"{self.map_id} {self.region_id}"
