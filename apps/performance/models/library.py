"""The library of indicators (绩效指标库): sets by field, and indicators that units take into their applications."""

from decimal import Decimal
from typing import Any, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from apps.performance.models.scheme import OPEN_END
from apps.projects.models import GoalSource, IndicatorKind, IndicatorNature, ProjectCategory
from apps.projects.models.goals import GROUP_OF
from apps.regions.models import Region, Unit
from imbudget.kit.actor import Actor, Reach
from imbudget.kit.querysets import ScopedQuerySet


class ProcessKind(models.TextChoices):
    """二级指标 of 决策 and 过程 (共性指标框架, 财预〔2020〕10号): those who evaluate score them, no application states them."""

    SETUP = "setup", _("decision: setting up the project")
    AIMS = "aims", _("decision: performance goals")
    INPUT = "input", _("decision: putting money in")
    MONEY = "money", _("process: managing the money")
    ORGANISING = "organising", _("process: organising the work")


LIBRARY_KINDS = [*ProcessKind.choices, *IndicatorKind.choices]
LABELS = dict(LIBRARY_KINDS)
DECISION = frozenset({ProcessKind.SETUP, ProcessKind.AIMS, ProcessKind.INPUT})


class IndicatorSet(models.Model):
    """The indicators of one field: the common framework, or those of a sector, offered first to its categories."""

    code = models.SlugField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=120)
    categories = models.ManyToManyField(
        ProjectCategory,
        verbose_name=_("categories of projects"),
        through="SetCategory",
        related_name="+",
        help_text=_("Projects of these categories and of those below them are offered the set first."),
    )
    is_active = models.BooleanField(_("in use"), default=True)
    source = models.CharField(_("source document"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("set of indicators")
        verbose_name_plural = _("sets of indicators")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class SetCategory(models.Model):
    """A category whose projects a set is made for."""

    of = models.ForeignKey(IndicatorSet, verbose_name=_("set of indicators"), on_delete=models.PROTECT, db_index=False)
    category = models.ForeignKey(
        ProjectCategory, verbose_name=_("category"), on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("category of a set")
        verbose_name_plural = _("categories of sets")
        constraints = [models.UniqueConstraint(fields=["of", "category"], name="set_category_once")]

    def __str__(self) -> str:
        return f"{self.of} {self.category}"


class LibraryQuerySet(ScopedQuerySet):
    """Indicators: what holds everywhere, above and at a place, and what units in sight have made of them."""

    def visible_to(self, actor: Actor) -> Self:
        if actor.reach in {Reach.EVERYTHING, Reach.NOTHING}:
            return super().visible_to(actor)
        homes = [pk for pk in (actor.league_id, actor.region_id) if pk is not None]
        above = Q(region=None) | Q(region__parent=None) | Q(region__in=homes)
        return self.filter(Q(above, unit=None) | self._scope_of(actor))

    def _scope_of(self, actor: Actor) -> Q:
        match actor.reach:
            case Reach.LEAGUE:
                return Q(league_id=actor.league_id)
            case Reach.REGION:
                return Q(region_id=actor.region_id)
            case _:
                return Q(unit_id__in=actor.unit_ids)

    def valid_in(self, year: int) -> Self:
        """The versions that count in a year."""
        return self.filter(valid_from__lte=year, valid_to__gte=year)

    def offered_to(self, unit: Unit, year: int) -> Self:
        """What a unit may take into an application of this year: indicators of applications, its own and those from above."""
        nodes = unit.region.get_ancestors(include_self=True)
        shared = Q(unit=None) & (Q(region=None) | Q(region__in=nodes))
        rows = self.valid_in(year).filter(kind__in=IndicatorKind.values, of__is_active=True)
        return rows.filter(shared | Q(unit=unit))

    def for_list(self) -> Self:
        return self.select_related("of", "region", "unit")


class LibraryIndicator(models.Model):
    """One indicator of the library in the years in which this version of it counts.

    Where it holds: `unit` empty and `region` empty: everywhere; a region: there and below; a unit: its own. One that was
    adapted says from which. `value` is the usual target, `points` the usual share of 100 where the framework names one.
    """

    of = models.ForeignKey(
        IndicatorSet, verbose_name=_("set of indicators"), on_delete=models.PROTECT, related_name="indicators"
    )
    code = models.CharField(_("code"), max_length=30)
    kind = models.CharField(_("kind of indicator"), max_length=12, choices=LIBRARY_KINDS)
    content = models.CharField(_("indicator"), max_length=300)
    formula = models.CharField(_("formula"), max_length=500, blank=True)
    nature = models.CharField(_("comparison"), max_length=11, choices=IndicatorNature, default=IndicatorNature.AT_LEAST)
    value = models.CharField(_("usual target"), max_length=60, blank=True)
    measure = models.CharField(_("unit of measure"), max_length=30, blank=True)
    points = models.DecimalField(
        _("usual points"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100))],
    )
    scoring = models.CharField(_("scoring rule"), max_length=500, blank=True)
    source = models.CharField(_("source of the value"), max_length=10, choices=GoalSource, default=GoalSource.MANUAL)
    basis = models.CharField(_("basis"), max_length=300, blank=True)
    is_core = models.BooleanField(_("core indicator"), default=False)
    is_verified = models.BooleanField(_("verified"), default=False)
    valid_from = models.PositiveSmallIntegerField(_("valid from year"), default=2000)
    valid_to = models.PositiveSmallIntegerField(_("valid to year"), default=OPEN_END)
    region = models.ForeignKey(
        Region,
        verbose_name=_("region"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Empty: everywhere. Otherwise this region and all below it."),
    )
    league = models.ForeignKey(Region, null=True, on_delete=models.PROTECT, related_name="+", editable=False)
    unit = models.ForeignKey(
        Unit, verbose_name=_("budget unit"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    adapted_from = models.ForeignKey(
        "self", verbose_name=_("adapted from"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    search_key = models.CharField(max_length=1000, editable=False, default="")

    objects = LibraryQuerySet.as_manager()

    class Meta:
        verbose_name = _("indicator of the library")
        verbose_name_plural = _("indicators of the library")
        ordering = ["of", "code", "-valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "region", "unit", "valid_from"],
                name="library_indicator_once",
                nulls_distinct=False,
                violation_error_message=_("There is a version of this indicator from this year already."),
            ),
            models.CheckConstraint(
                condition=Q(valid_to__gte=F("valid_from")),
                name="library_years_in_order",
                violation_error_message=_("The last year lies before the first one."),
            ),
            models.CheckConstraint(
                condition=Q(points__isnull=True) | Q(points__gte=0, points__lte=100), name="library_points_in_points"
            ),
            models.CheckConstraint(
                condition=Q(unit__isnull=True) | Q(region__isnull=False), name="library_unit_in_region"
            ),
        ]
        indexes = [models.Index(fields=["code"], name="library_code")]

    def __str__(self) -> str:
        return self.content

    def get_absolute_url(self) -> str:
        return reverse("performance:library_indicator", args=[self.pk])

    @property
    def is_stated(self) -> bool:
        """Whether applications state it; the others are scored by those who evaluate."""
        return self.kind in IndicatorKind.values

    @property
    def group(self) -> Any:
        """The first-level indicator it stands under (一级指标)."""
        if self.kind in GROUP_OF:
            return GROUP_OF[self.kind].label
        return pgettext("indicator", "decision") if self.kind in DECISION else pgettext("indicator", "process")

    @property
    def usual(self) -> str:
        """The usual target as tables print it: ≥95%."""
        sign = "" if self.nature == IndicatorNature.QUALITATIVE else str(IndicatorNature(self.nature).label)
        return f"{sign}{self.value}{self.measure}" if self.value else self.measure
