"""基础信息: how many people a unit has, and the standards (支出标准) that its basic expenditure is computed by."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.budget.models.sheet import money_field
from apps.codes.models import FiscalYear
from apps.regions.models import Region, Unit, UnitNature
from imbudget.kit.actor import Actor, Reach
from imbudget.kit.querysets import ScopedQuerySet

OPEN_END = 9999


class StaffCategory(models.Model):
    """A kind of person that a standard counts: in post as civil servant, retired, employed by contract, …"""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    order = models.PositiveSmallIntegerField(_("place in the list"), default=0)
    in_post = models.BooleanField(
        _("in post"), default=False, help_text=_("Asset standards are counted by the people in post.")
    )
    is_active = models.BooleanField(_("in use"), default=True)
    source = models.CharField(_("source document"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("staff category")
        verbose_name_plural = _("staff categories")
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return self.name


class StaffQuerySet(ScopedQuerySet):
    """Head counts of units."""

    def for_list(self) -> "StaffQuerySet":
        return self.select_related("unit", "region", "category")


class StaffCount(models.Model):
    """How many people of one category a unit budgets for in a year. Region and league are copied by the database."""

    unit = models.ForeignKey(Unit, verbose_name=_("budget unit"), on_delete=models.PROTECT, related_name="staff_counts")
    region = models.ForeignKey(
        Region, verbose_name=_("region"), editable=False, on_delete=models.PROTECT, related_name="+"
    )
    league = models.ForeignKey(Region, null=True, editable=False, on_delete=models.PROTECT, related_name="+")
    year = models.ForeignKey(FiscalYear, verbose_name=_("fiscal year"), on_delete=models.PROTECT, related_name="+")
    category = models.ForeignKey(
        StaffCategory, verbose_name=_("staff category"), on_delete=models.PROTECT, related_name="+"
    )
    people = models.PositiveIntegerField(_("head count"))
    as_of = models.DateField(_("as of"))
    source = models.CharField(_("source document"), max_length=300, blank=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    objects = StaffQuerySet.as_manager()

    class Meta:
        verbose_name = _("head count of a unit")
        verbose_name_plural = _("head counts of units")
        ordering = ["-year", "unit", "category"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "year", "category"], name="staff_count_once"),
            models.CheckConstraint(condition=Q(people__lte=1_000_000), name="staff_count_within_reason"),
        ]
        indexes = [
            models.Index(fields=["league", "year", "-id"], name="staff_league_year"),
            models.Index(fields=["region", "year", "-id"], name="staff_region_year"),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.year_id} {self.category}: {self.people}"

    def get_absolute_url(self) -> str:
        return reverse("budget:staff_count", args=[self.pk])


class StandardKind(models.TextChoices):
    """What a standard pays for: 人员类 or 公用经费."""

    STAFF = "staff", _("staff expenditure")
    PUBLIC = "public", _("public funds by standard")


class StandardQuerySet(models.QuerySet):
    """Standards of the autonomous region, of leagues and of banners."""

    def visible_to(self, actor: Actor) -> "StandardQuerySet":
        """Those that hold in the actor's own region (its own and those from above), and those of the regions in sight."""
        if actor.reach == Reach.EVERYTHING:
            return self.all()
        home = Region.objects.filter(pk=actor.region_id).first()
        if home is None or actor.reach == Reach.NOTHING:
            return self.none()
        above = home.get_ancestors(include_self=True).values("pk")
        return self.filter(Q(region=None) | Q(region__in=above) | Q(region__in=Region.objects.visible_to(actor)))


class ExpenditureStandard(models.Model):
    """So much a head and year (or a unit and year, without a category) under one economic class.

    Of several standards for the same class and category that of the nearest region decides, at one region that of the
    unit's own nature.
    """

    region = models.ForeignKey(
        Region,
        verbose_name=_("region"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Empty: everywhere. Otherwise this region and all below it."),
    )
    kind = models.CharField(_("kind of standard"), max_length=6, choices=StandardKind, default=StandardKind.STAFF)
    economic = models.CharField(
        _("department economic class"),
        max_length=21,
        validators=[RegexValidator(r"^[0-9A-Z]{1,21}$")],
        help_text=_("A code of the last level."),
    )
    category = models.ForeignKey(
        StaffCategory,
        verbose_name=_("staff category"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Empty: the amount is for the whole unit."),
    )
    nature = models.CharField(
        _("nature of unit"),
        max_length=20,
        choices=UnitNature,
        blank=True,
        help_text=_("Empty: units of every nature."),
    )
    amount = money_field(_("amount a year"), help_text=_("In yuan, for one person or for the whole unit."))
    valid_from = models.PositiveSmallIntegerField(_("valid from year"), default=2000)
    valid_to = models.PositiveSmallIntegerField(_("valid to year"), default=OPEN_END)
    is_verified = models.BooleanField(_("verified"), default=False)
    source = models.CharField(_("source document"), max_length=300, blank=True)

    objects = StandardQuerySet.as_manager()

    class Meta:
        verbose_name = _("expenditure standard")
        verbose_name_plural = _("expenditure standards")
        ordering = ["economic", "category", "region", "-valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["region", "economic", "category", "nature", "valid_from"],
                name="standard_once",
                nulls_distinct=False,
                violation_error_message=_("There is such a standard from this year on already."),
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=0),
                name="standard_not_below_zero",
                violation_error_message=_("The amount must not be below zero."),
            ),
            models.CheckConstraint(
                condition=Q(valid_to__gte=F("valid_from")),
                name="standard_years_in_order",
                violation_error_message=_("The last year lies before the first one."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.economic} {self.category or ''} {self.amount:,.2f}"

    def get_absolute_url(self) -> str:
        return reverse("budget:standard", args=[self.pk])
