"""Fiscal years, classification trees per year, what leads from one tree to another, and the working-day calendar."""

from datetime import date

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.regions.models import Region, UnitNature


class YearState(models.TextChoices):
    """Where a fiscal year stands."""

    PREPARING = "preparing", _("being prepared")
    OPEN = "open", _("in execution")
    CLOSED = "closed", _("closed")


class FiscalYear(models.Model):
    """A budget year; a closed one is read-only."""

    year = models.PositiveSmallIntegerField(_("fiscal year"), primary_key=True)
    state = models.CharField(_("state of the year"), max_length=10, choices=YearState, default=YearState.PREPARING)
    compiling = models.BooleanField(_("being compiled now"), default=False)

    class Meta:
        verbose_name = _("fiscal year")
        verbose_name_plural = _("fiscal years")
        ordering = ["-year"]
        constraints = [
            models.UniqueConstraint(fields=["compiling"], condition=Q(compiling=True), name="one_year_is_compiled")
        ]

    def __str__(self) -> str:
        return str(self.year)


class Catalog(models.TextChoices):
    """The classification trees (要素) of the product."""

    FUNCTION = "function", _("expenditure by function")
    DEPARTMENT_ECONOMIC = "economic_dept", _("department economic class")
    GOVERNMENT_ECONOMIC = "economic_gov", _("government economic class")
    FUND = "fund_type", _("fund type")
    PROCUREMENT = "procurement", _("procurement item")


class ExpenditureKind(models.TextChoices):
    """基本支出 keeps the body itself going, 项目支出 is for a stated task; published tables show both beside each other."""

    BASIC = "basic", _("basic expenditure")
    PROJECT = "project", _("project expenditure")


class Code(models.Model):
    """One code of one classification tree in one year; a document shows the name valid in its year."""

    catalog = models.CharField(_("classification"), max_length=20, choices=Catalog)
    year = models.ForeignKey(FiscalYear, verbose_name=_("fiscal year"), on_delete=models.PROTECT, related_name="codes")
    code = models.CharField(_("code"), max_length=21, validators=[RegexValidator(r"^[0-9A-Z]{1,21}$")])
    name = models.CharField(_("name"), max_length=360)
    parent = models.ForeignKey(
        "self", verbose_name=_("upper code"), null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    is_leaf = models.BooleanField(_("leaf"), default=True, help_text=_("Only leaves may carry amounts."))
    is_standard = models.BooleanField(_("national standard"), default=True)
    is_verified = models.BooleanField(
        _("verified"), default=False, help_text=_("Checked against the official table of the year.")
    )
    source = models.CharField(_("source document"), max_length=300, blank=True)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    search_key = models.CharField(max_length=500, editable=False, blank=True)

    class Meta:
        verbose_name = _("classification code")
        verbose_name_plural = _("classification codes")
        ordering = ["catalog", "-year", "code"]
        constraints = [models.UniqueConstraint(fields=["catalog", "year", "code"], name="code_once_in_a_year")]

    def __str__(self) -> str:
        return f"{self.code}-{self.name}"

    def is_valid_in(self, year: int) -> bool:
        """Whether the code may be written in the budget of a year: it exists when the year begins."""
        day = date(year, 1, 1)
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or self.valid_to >= day)


class EconomicDerivation(models.Model):
    """部门经济分类 and the nature of the unit lead to one 政府经济分类, so that nobody chooses it by hand."""

    year = models.ForeignKey(FiscalYear, verbose_name=_("fiscal year"), on_delete=models.PROTECT, related_name="+")
    department_economic = models.ForeignKey(
        Code,
        verbose_name=_("department economic class"),
        on_delete=models.PROTECT,
        related_name="+",
        limit_choices_to={"catalog": Catalog.DEPARTMENT_ECONOMIC},
    )
    nature = models.CharField(_("nature of unit"), max_length=20, choices=UnitNature)
    government_economic = models.ForeignKey(
        Code,
        verbose_name=_("government economic class"),
        on_delete=models.PROTECT,
        related_name="+",
        limit_choices_to={"catalog": Catalog.GOVERNMENT_ECONOMIC},
    )
    is_verified = models.BooleanField(_("verified"), default=False)
    source = models.CharField(_("source document"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("derivation of the economic class")
        verbose_name_plural = _("derivations of the economic class")
        constraints = [models.UniqueConstraint(fields=["department_economic", "nature"], name="one_derivation_each")]

    def __str__(self) -> str:
        return f"{self.department_economic_id} + {self.nature} → {self.government_economic_id}"


class WatchedItem(models.TextChoices):
    """Expenditure that is compared with last year's: 三公经费, and what is watched together with it."""

    ABROAD = "abroad", _("travel abroad on official business")
    VEHICLE_PURCHASE = "vehicle_purchase", _("purchase of official vehicles")
    VEHICLE_RUNNING = "vehicle_running", _("running of official vehicles")
    RECEPTION = "reception", _("official reception")
    MEETING = "meeting", _("meetings")
    TRAINING = "training", _("training")


class WatchedCode(models.Model):
    """A department economic class whose amounts belong to a watched item; an item may have several classes."""

    year = models.ForeignKey(FiscalYear, verbose_name=_("fiscal year"), on_delete=models.PROTECT, related_name="+")
    code = models.ForeignKey(
        Code,
        verbose_name=_("department economic class"),
        on_delete=models.PROTECT,
        related_name="+",
        limit_choices_to={"catalog": Catalog.DEPARTMENT_ECONOMIC},
    )
    item = models.CharField(_("watched item"), max_length=20, choices=WatchedItem)
    is_verified = models.BooleanField(_("verified"), default=False)
    source = models.CharField(_("source document"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("watched code")
        verbose_name_plural = _("watched codes")
        ordering = ["-year", "item", "code"]
        constraints = [models.UniqueConstraint(fields=["code"], name="code_watched_once")]

    def __str__(self) -> str:
        return f"{self.code} · {self.get_item_display()}"


class FundRule(models.Model):
    """Expenditure under this function takes money under this fund type; several rules of a function are alternatives.

    A function without a rule takes any fund. Of nested functions the deepest one that has a rule decides.
    """

    year = models.ForeignKey(FiscalYear, verbose_name=_("fiscal year"), on_delete=models.PROTECT, related_name="+")
    function = models.ForeignKey(
        Code,
        verbose_name=_("function"),
        on_delete=models.PROTECT,
        related_name="+",
        limit_choices_to={"catalog": Catalog.FUNCTION},
    )
    fund = models.ForeignKey(
        Code,
        verbose_name=_("fund type"),
        on_delete=models.PROTECT,
        related_name="+",
        limit_choices_to={"catalog": Catalog.FUND},
    )
    is_verified = models.BooleanField(_("verified"), default=False)
    source = models.CharField(_("source document"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("fund rule")
        verbose_name_plural = _("fund rules")
        ordering = ["-year", "function", "fund"]
        constraints = [models.UniqueConstraint(fields=["function", "fund"], name="fund_rule_once")]

    def __str__(self) -> str:
        return f"{self.function} → {self.fund}"


class DayKind(models.TextChoices):
    """What the calendar says about a day; days that it does not name are worked from Monday to Friday."""

    HOLIDAY = "holiday", _("holiday")
    WORKDAY = "workday", _("make-up working day")
    LOCAL_HOLIDAY = "local_holiday", _("local holiday")


class CalendarDay(models.Model):
    """A day that is worked or free against the rule of the week, everywhere or in one region and all below it."""

    day = models.DateField(_("day"))
    region = models.ForeignKey(
        Region,
        verbose_name=_("region"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Empty: everywhere. Otherwise this region and all below it."),
    )
    kind = models.CharField(_("kind of day"), max_length=15, choices=DayKind)
    name = models.CharField(_("name"), max_length=60)
    source = models.CharField(_("source document"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("calendar day")
        verbose_name_plural = _("calendar days")
        ordering = ["-day", "region"]
        constraints = [
            models.UniqueConstraint(fields=["day", "region"], name="calendar_day_once", nulls_distinct=False),
            models.CheckConstraint(
                condition=~Q(kind=DayKind.LOCAL_HOLIDAY) | Q(region__isnull=False),
                name="local_holiday_has_a_region",
                violation_error_message=_("A local holiday belongs to a region."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} {self.name}"
