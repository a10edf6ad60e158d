"""Subsidies (补贴项目) and the standards they are paid by, as data by region and year."""

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.codes.models import FiscalYear
from apps.projects.models import PolicyTag
from apps.regions.models import Department, Region
from imbudget.kit.actor import Actor, Reach

CODE = RegexValidator(r"^[0-9A-Z]{2,21}$", _("Two to 21 digits or capital letters."))
CODE_PREFIX = RegexValidator(r"^\d{0,7}$", _("At most seven digits: the beginning of the codes."))


def money(label: str, **kwargs: object) -> models.DecimalField:
    """An amount in yuan."""
    return models.DecimalField(label, max_digits=20, decimal_places=2, **kwargs)  # type: ignore[arg-type]


class PolicyLevel(models.TextChoices):
    """政策级次: which level of government made the policy."""

    CENTRE = "1", _("centre")
    REGION = "2", _("autonomous region")
    LEAGUE = "3", _("league or city")
    BANNER = "4", _("banner or county")


class Measure(models.TextChoices):
    """计量单位: what a standard is paid for."""

    MU = "mu", _("mu of land")
    HEAD = "head", _("head of livestock")
    PERSON = "person", pgettext_lazy("subsidy", "person")
    HOUSEHOLD = "household", _("household")


class Cycle(models.TextChoices):
    """发放周期: how often it is paid."""

    YEAR = "year", _("once a year")
    HALF = "half", _("twice a year")
    QUARTER = "quarter", _("every quarter")
    MONTH = "month", _("every month")
    ONCE = "once", _("one time only")


class SubsidyQuerySet(models.QuerySet):
    """Subsidies are public policy: whoever may see subsidies reads all of them."""

    def visible_to(self, actor: Actor) -> "SubsidyQuerySet":
        return self.all() if actor.reach != Reach.NOTHING else self.none()

    def for_list(self) -> "SubsidyQuerySet":
        return self.select_related("region", "department")


class Subsidy(models.Model):
    """One subsidy to people (补贴项目); it holds in the region that set it up and in those below.

    Only authority of the named category pays it: economic class and function begin with these codes, and where the
    authority is a project's, the project carries the policy tag (热点分类“一卡通”).
    """

    region = models.ForeignKey(Region, verbose_name=_("region"), on_delete=models.PROTECT, related_name="+")
    code = models.CharField(_("code"), max_length=21, unique=True, validators=[CODE])
    name = models.CharField(_("name"), max_length=120)
    short_name = models.CharField(
        _("short name"), max_length=7, help_text=_("At most seven characters: the bank shows it in its message.")
    )
    level = models.CharField(_("level of the policy"), max_length=1, choices=PolicyLevel)
    basis = models.CharField(_("basis document"), max_length=300)
    measure = models.CharField(_("unit of measure"), max_length=9, choices=Measure)
    cycle = models.CharField(_("cycle of payment"), max_length=7, choices=Cycle, default=Cycle.YEAR)
    due_month = models.PositiveSmallIntegerField(
        _("to be paid until the end of month"), default=12, validators=[MinValueValidator(1), MaxValueValidator(12)]
    )
    department = models.ForeignKey(
        Department, verbose_name=_("department"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    hot_topic = models.ForeignKey(
        PolicyTag, verbose_name=_("policy tag"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    economic_prefix = models.CharField(
        _("economic class begins with"), max_length=7, default="303", blank=True, validators=[CODE_PREFIX]
    )
    function_prefix = models.CharField(_("function begins with"), max_length=7, blank=True, validators=[CODE_PREFIX])
    publicity_days = models.PositiveSmallIntegerField(
        _("days of publicity"), default=7, validators=[MinValueValidator(7), MaxValueValidator(60)]
    )
    is_open = models.BooleanField(_("in force"), default=True)

    objects = SubsidyQuerySet.as_manager()

    class Meta:
        verbose_name = _("subsidy")
        verbose_name_plural = _("subsidies")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=Q(publicity_days__gte=7), name="subsidy_publicity_a_week"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("subsidy:subsidy", args=[self.pk])


class StandardQuerySet(models.QuerySet):
    """Standards are public policy too."""

    def visible_to(self, actor: Actor) -> "StandardQuerySet":
        return self.all() if actor.reach != Reach.NOTHING else self.none()

    def for_list(self) -> "StandardQuerySet":
        return self.select_related("region", "subsidy")


def rate(label: str) -> models.DecimalField:
    """Yuan for one unit and year; four decimals, because local standards are worked out from averages."""
    return models.DecimalField(label, max_digits=12, decimal_places=4, default=Decimal(0))


class Standard(models.Model):
    """What a subsidy pays in a region and year (补贴标准); the nearest region's standard decides.

    Grassland is paid by kind (禁牧, 草畜平衡) times the coefficient of its class, everything else by `unit_rate`.
    `floor` and `cap` clip what one household gets in the year (保底, 封顶).
    """

    subsidy = models.ForeignKey(Subsidy, verbose_name=_("subsidy"), on_delete=models.PROTECT, related_name="standards")
    region = models.ForeignKey(Region, verbose_name=_("region"), on_delete=models.PROTECT, related_name="+")
    year = models.ForeignKey(FiscalYear, verbose_name=_("fiscal year"), on_delete=models.PROTECT, related_name="+")
    ban_rate = rate(_("grazing ban, yuan per mu"))
    balance_rate = rate(_("forage balance, yuan per mu"))
    unit_rate = rate(_("yuan per unit"))
    floor = money(_("least per household"), default=0)
    cap = money(_("most per household"), null=True, blank=True)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"))
    source = models.CharField(_("source document"), max_length=300)

    objects = StandardQuerySet.as_manager()

    class Meta:
        verbose_name = _("subsidy standard")
        verbose_name_plural = _("subsidy standards")
        ordering = ["-year", "subsidy", "region"]
        constraints = [
            models.UniqueConstraint(
                fields=["subsidy", "region", "year"],
                name="subsidy_standard_once",
                violation_error_message=_("The region has a standard for this subsidy and year already."),
            ),
            models.CheckConstraint(
                condition=Q(ban_rate__gte=0, balance_rate__gte=0, unit_rate__gte=0, floor__gte=0),
                name="subsidy_standard_not_below_zero",
                violation_error_message=_("Rates and limits are not below zero."),
            ),
            models.CheckConstraint(
                condition=Q(cap__isnull=True) | Q(cap__gte=F("floor")),
                name="subsidy_cap_above_floor",
                violation_error_message=_("The most per household is not below the least."),
            ),
            models.CheckConstraint(
                condition=Q(valid_to__gte=F("valid_from")),
                name="subsidy_standard_days_in_order",
                violation_error_message=_("The last day is not before the first one."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subsidy} {self.year_id} {self.region}"

    def get_absolute_url(self) -> str:
        return reverse("subsidy:standard", args=[self.pk])


class Coefficient(models.Model):
    """How much a mu of one class of grassland counts (标准亩系数); a class without a row counts as it is."""

    standard = models.ForeignKey(
        Standard, verbose_name=_("subsidy standard"), on_delete=models.CASCADE, related_name="coefficients"
    )
    grass_class = models.CharField(_("class of grassland"), max_length=20)
    value = models.DecimalField(_("coefficient"), max_digits=9, decimal_places=6)

    class Meta:
        verbose_name = _("coefficient of grassland")
        verbose_name_plural = _("coefficients of grassland")
        ordering = ["standard", "grass_class"]
        constraints = [
            models.UniqueConstraint(fields=["standard", "grass_class"], name="coefficient_once"),
            models.CheckConstraint(
                condition=Q(value__gt=0),
                name="coefficient_above_zero",
                violation_error_message=_("A coefficient is above zero."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.grass_class}: {self.value}"
