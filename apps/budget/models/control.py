"""控制数: what the finance office gives to a region's departments and units before they submit the second time."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.budget.models.sheet import ExpenditureKind, money_field
from apps.codes.models import Code, FiscalYear
from apps.regions.models import Department, Region, Unit
from imbudget.kit.actor import Actor, Reach
from imbudget.kit.querysets import ScopedQuerySet
from imbudget.kit.transitions import Stateful


class ControlState(models.TextChoices):
    """A draft is being worked out, an issued figure is in force, a replaced one was in force once."""

    DRAFT = "draft", _("being worked out")
    ISSUED = "issued", _("issued")
    REPLACED = "replaced", _("replaced")


LIVE = (ControlState.DRAFT, ControlState.ISSUED)
KEY = ("region", "year", "department", "unit", "fund", "kind")


class ControlQuerySet(ScopedQuerySet):
    """Control figures of three levels: the region's pool, its departments, their units."""

    def visible_to(self, actor: Actor) -> "ControlQuerySet":
        """A unit sees what was issued to it; a department its own figures and the whole split among its units."""
        if actor.reach != Reach.UNITS:
            return super().visible_to(actor)
        issued = Q(state__in=[ControlState.ISSUED, ControlState.REPLACED])
        if actor.department_id is None:
            return self.filter(issued, unit_id__in=actor.unit_ids)
        own_units = Q(unit_id__in=actor.unit_ids)
        return self.filter(own_units | issued & Q(department_id=actor.department_id, unit=None))

    def live(self) -> "ControlQuerySet":
        """What is in force or being worked out."""
        return self.filter(state__in=LIVE)

    def issued(self) -> "ControlQuerySet":
        return self.filter(state=ControlState.ISSUED)

    def for_list(self) -> "ControlQuerySet":
        return self.select_related("region", "department", "unit", "fund")


class ControlFigure(Stateful):
    """The most that a region (no department), a department (no unit) or a unit may ask for, by fund type and kind.

    Departments are those of the top level; a unit below one of their divisions counts under them. An issued figure is
    frozen by a trigger: a change is a version of its own with a reason.
    """

    region = models.ForeignKey(Region, verbose_name=_("region"), on_delete=models.PROTECT, related_name="+")
    league = models.ForeignKey(Region, null=True, editable=False, on_delete=models.PROTECT, related_name="+")
    year = models.ForeignKey(FiscalYear, verbose_name=_("fiscal year"), on_delete=models.PROTECT, related_name="+")
    department = models.ForeignKey(
        Department,
        verbose_name=_("competent department"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    unit = models.ForeignKey(
        Unit, verbose_name=_("budget unit"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    fund = models.ForeignKey(Code, verbose_name=_("fund type"), on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("kind of expenditure"), max_length=7, choices=ExpenditureKind)
    number = models.PositiveIntegerField(_("version"), default=1, editable=False)
    state = models.CharField(_("state"), max_length=8, choices=ControlState, default=ControlState.DRAFT, editable=False)
    amount = money_field(_("control figure"))
    reason = models.CharField(_("reason of the cut"), max_length=2000, blank=True)
    document = models.CharField(_("document number"), max_length=200, blank=True)
    issued_at = models.DateTimeField(_("issued at"), null=True, blank=True, editable=False)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    objects = ControlQuerySet.as_manager()

    class Meta:
        verbose_name = _("control figure")
        verbose_name_plural = pgettext_lazy("amounts", "control figures")
        constraints = [
            models.UniqueConstraint(fields=[*KEY, "number"], name="control_version_once", nulls_distinct=False),
            models.UniqueConstraint(
                fields=KEY, name="control_one_draft", condition=Q(state=ControlState.DRAFT), nulls_distinct=False
            ),
            models.UniqueConstraint(
                fields=KEY, name="control_one_issued", condition=Q(state=ControlState.ISSUED), nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=0),
                name="control_not_below_zero",
                violation_error_message=_("The amount must not be below zero."),
            ),
            models.CheckConstraint(
                condition=Q(unit=None) | Q(department__isnull=False), name="control_unit_has_department"
            ),
        ]
        indexes = [
            models.Index(fields=["region", "year", "state"], name="control_region_year"),
            models.Index(fields=["league", "year", "-id"], name="control_league_year"),
            models.Index(fields=["year", "-id"], name="control_year"),
        ]

    def __str__(self) -> str:
        return f"{self.unit or self.department or self.region} {self.year_id} {self.fund} {self.get_kind_display()}"

    def get_absolute_url(self) -> str:
        return reverse("budget:control_figure", args=[self.pk])
