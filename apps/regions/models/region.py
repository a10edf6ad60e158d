"""The tree of administrative divisions and finance-only nodes."""

from typing import Any

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from mptt.managers import TreeManager
from mptt.models import MPTTModel, TreeForeignKey
from mptt.querysets import TreeQuerySet

from apps.regions.grants import REGION_GRANTS
from imbudget.kit.actor import Actor, Reach


class RegionKind(models.TextChoices):
    """What sort of division a node is."""

    REGION = "region", _("autonomous region")
    CITY = "city", _("prefecture-level city")
    LEAGUE = "league", _("league")
    DISTRICT = "district", _("district")
    COUNTY_CITY = "county_city", _("county-level city")
    COUNTY = "county", _("county")
    BANNER = "banner", _("banner")
    AUTONOMOUS_BANNER = "autonomous_banner", _("autonomous banner")
    DEVELOPMENT_ZONE = "development_zone", _("development zone (finance only)")


class RegionTag(models.Model):
    """A property of regions that policies ask for: border, pastoral, separately planned."""

    code = models.SlugField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=60)

    class Meta:
        verbose_name = _("region tag")
        verbose_name_plural = _("region tags")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class RegionQuerySet(TreeQuerySet):
    """Regions, scoped like every other row."""

    def visible_to(self, actor: Actor) -> "RegionQuerySet":
        """The actor's own node and the ones below it."""
        if actor.reach == Reach.EVERYTHING:
            return self.all()
        if actor.reach == Reach.LEAGUE:
            return self.filter(league_id=actor.league_id)
        return self.filter(pk=actor.region_id)

    def valid_on(self, day: Any) -> "RegionQuerySet":
        """The nodes that exist on this day."""
        return self.filter(Q(valid_from=None) | Q(valid_from__lte=day), Q(valid_to=None) | Q(valid_to__gte=day))

    def for_list(self) -> "RegionQuerySet":
        return self.select_related("parent")


class Region(MPTTModel):
    """One division or finance-only node; 本级 is the node alone, 全辖 the node with its descendants."""

    code = models.CharField(
        _("division code"),
        max_length=6,
        unique=True,
        validators=[RegexValidator(r"^\d{6}$")],
        help_text=_("GB/T 2260, 6 digits"),
    )
    finance_code = models.CharField(
        _("finance division code"),
        max_length=9,
        unique=True,
        validators=[RegexValidator(r"^\d{9}$")],
        help_text=_("MOF_DIV_CODE, 9 digits"),
    )
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind of region"), max_length=20, choices=RegionKind)
    parent = TreeForeignKey(
        "self", verbose_name=_("upper region"), null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    reports_to = models.ForeignKey(
        "self",
        verbose_name=_("reports to"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="reporters",
        help_text=_("Empty: the upper region."),
    )
    league = models.ForeignKey(
        "self",
        verbose_name=_("league or city"),
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("The node of the league level above this one, or the node itself."),
    )
    tags = models.ManyToManyField(RegionTag, verbose_name=_("tags"), blank=True, related_name="regions")
    phase = models.PositiveSmallIntegerField(_("roll-out phase"), default=1)
    approval_body = models.CharField(
        _("body that approves the budget"),
        max_length=120,
        blank=True,
        help_text=_("A league has no people's congress of its own: state the body here."),
    )
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    search_key = models.CharField(max_length=300, editable=False, blank=True)

    objects = TreeManager.from_queryset(RegionQuerySet)()

    class MPTTMeta:
        order_insertion_by = ("code",)

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        permissions = REGION_GRANTS
        indexes = [models.Index(fields=["league", "code"])]

    def __str__(self) -> str:
        return self.name

    @property
    def upper(self) -> "Region | None":
        """The region that receives this one's reports."""
        return self.reports_to or self.parent

    def get_absolute_url(self) -> str:
        return reverse("regions:region", args=[self.pk])


class RegionCodeChange(models.Model):
    """An old code of a region, kept so that documents of closed years stay readable."""

    region = models.ForeignKey(Region, verbose_name=_("region"), on_delete=models.PROTECT, related_name="old_codes")
    old_code = models.CharField(_("old code"), max_length=6)
    old_name = models.CharField(_("old name"), max_length=120, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    document = models.CharField(_("source document"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("old region code")
        verbose_name_plural = _("old region codes")
        constraints = [models.UniqueConstraint(fields=["region", "old_code"], name="region_old_code_once")]

    def __str__(self) -> str:
        return f"{self.old_code} → {self.region_id}"
