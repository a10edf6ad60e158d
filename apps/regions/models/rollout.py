"""The roll-out as data: its phases, the modules they open, and since when a region is in which one."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.regions.models.region import Region
from apps.regions.modules import MODULES
from imbudget.kit.querysets import ScopedQuerySet


def known_modules(value: Any) -> None:
    """A list of names of modules, each once. Raises ValidationError."""
    if not isinstance(value, list) or len(set(map(str, value))) != len(value):
        raise ValidationError(_("Modules are a list in which each stands once."))
    unknown = [str(name) for name in value if str(name) not in MODULES]
    if unknown:
        raise ValidationError(_("There is no module “%(name)s”."), params={"name": unknown[0]})


class RolloutPhase(models.Model):
    """One phase of the roll-out (试点, 推广, 全覆盖). A region in it has the modules named here and no other ones."""

    number = models.PositiveSmallIntegerField(
        _("order"), unique=True, help_text=_("Regions name by this number the phase that they are planned for.")
    )
    name = models.CharField(_("name"), max_length=60)
    starts_on = models.DateField(_("planned to start on"), null=True, blank=True)
    modules = models.JSONField(_("modules opened"), default=list, blank=True, validators=[known_modules])
    basis = models.CharField(_("basis"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("phase of the roll-out")
        verbose_name_plural = _("phases of the roll-out")
        ordering = ["number"]

    def __str__(self) -> str:
        return self.name

    @property
    def module_labels(self) -> list[Any]:
        """The modules it opens, in the order of the menu, in words."""
        return [label for name, label in MODULES.items() if name in self.modules]


class RegionPhaseQuerySet(ScopedQuerySet):
    """Which regions are in which phases; they are no figures of units."""

    unit_field = None

    def for_list(self) -> "RegionPhaseQuerySet":
        return self.select_related("region", "phase")


class RegionPhase(models.Model):
    """From a day on a region is in a phase, until its next row; regions below without rows of their own go with it.

    Before the day of its first row a region has none of the modules: it waits to be switched on.
    """

    region = models.ForeignKey(Region, verbose_name=_("region"), on_delete=models.PROTECT, related_name="phases")
    league = models.ForeignKey(Region, null=True, editable=False, on_delete=models.PROTECT, related_name="+")
    phase = models.ForeignKey(
        RolloutPhase, verbose_name=_("phase of the roll-out"), on_delete=models.PROTECT, related_name="regions"
    )
    since = models.DateField(_("since"))
    basis = models.CharField(_("basis"), max_length=300, blank=True)

    objects = RegionPhaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("region switched on")
        verbose_name_plural = _("regions switched on")
        ordering = ["region__code", "since"]
        constraints = [
            models.UniqueConstraint(
                fields=["region", "since"],
                name="one_phase_a_day",
                violation_error_message=_("The region enters another phase on this day already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.region} {self.phase} {self.since:%Y-%m-%d}"

    @property
    def has_begun(self) -> bool:
        return self.since <= timezone.localdate()
