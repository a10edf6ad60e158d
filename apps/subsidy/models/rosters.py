"""Rosters (花名册): who gets how much of a subsidy in one instalment, and the requests that pay it."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.accounts.models import User
from apps.codes.models import FiscalYear
from apps.disbursement.models import PaymentRequest
from apps.ledger.models import Authority
from apps.regions.models import Region, Unit
from apps.subsidy.models.catalogue import Subsidy, money
from apps.subsidy.models.households import Place
from imbudget.kit.querysets import ScopedQuerySet
from imbudget.kit.transitions import Stateful


class RosterState(models.TextChoices):
    """How far a roster is."""

    DRAFT = "draft", pgettext_lazy("roster", "draft")
    SUBMITTED = "submitted", _("under approval")
    RETURNED = "returned", pgettext_lazy("roster", "returned")
    APPROVED = "approved", pgettext_lazy("roster", "approved")
    PUBLISHED = "published", _("before the public")
    READY = "ready", _("ready to be paid")
    ABANDONED = "abandoned", _("given up")


OPEN_STATES = frozenset({RosterState.DRAFT, RosterState.RETURNED})


class RosterQuerySet(ScopedQuerySet):
    """Rosters; a unit sees its own."""

    def for_list(self) -> "RosterQuerySet":
        return self.select_related("region", "unit", "subsidy")


class Roster(Stateful):
    """Who gets how much of a subsidy in one instalment of a year; filed by the unit that pays it.

    `share` is the part of the year's subsidy that this instalment pays, in per cent.
    """

    region = models.ForeignKey(Region, verbose_name=_("region"), on_delete=models.PROTECT, related_name="+")
    league = models.ForeignKey(Region, null=True, editable=False, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, verbose_name=_("budget unit"), on_delete=models.PROTECT, related_name="+")
    subsidy = models.ForeignKey(Subsidy, verbose_name=_("subsidy"), on_delete=models.PROTECT, related_name="rosters")
    year = models.ForeignKey(FiscalYear, verbose_name=_("fiscal year"), on_delete=models.PROTECT, related_name="+")
    instalment = models.PositiveSmallIntegerField(
        _("instalment"), default=1, validators=[MinValueValidator(1), MaxValueValidator(12)]
    )
    share = models.DecimalField(
        _("share of the year, %"),
        max_digits=5,
        decimal_places=2,
        default=100,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
    )
    as_of = models.DateField(_("land as of"), help_text=_("Parcels count that the household holds on this day."))
    place = models.ForeignKey(
        Place,
        verbose_name=_("sumu or town"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Empty: the whole banner."),
    )
    count = models.PositiveIntegerField(_("households"), default=0, editable=False)
    total = money(_("total"), default=0, editable=False)
    stops = models.PositiveIntegerField(_("findings that stop"), default=0, editable=False)
    warns = models.PositiveIntegerField(_("warnings"), default=0, editable=False)
    checked_at = models.DateTimeField(_("checked at"), null=True, editable=False)
    state = models.CharField(_("state"), max_length=9, choices=RosterState, default=RosterState.DRAFT, editable=False)
    return_reason = models.CharField(_("reason of return"), max_length=2000, blank=True, editable=False)
    published_on = models.DateField(_("published on"), null=True, editable=False)
    public_until = models.DateField(_("before the public until"), null=True, editable=False)
    objections_to = models.CharField(_("where objections go"), max_length=200, blank=True, editable=False)
    author = models.ForeignKey(
        User, verbose_name=_("author"), null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = RosterQuerySet.as_manager()

    class Meta:
        verbose_name = _("roster")
        verbose_name_plural = _("rosters")
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "subsidy", "year", "instalment", "place"],
                condition=~Q(state=RosterState.ABANDONED),
                nulls_distinct=False,
                name="roster_once",
                violation_error_message=_("The unit has a roster for this subsidy, year and instalment already."),
            ),
            models.CheckConstraint(condition=Q(instalment__gte=1), name="roster_instalment_counted"),
            models.CheckConstraint(condition=Q(share__gt=0, share__lte=100), name="roster_share_in_per_cent"),
        ]
        indexes = [
            models.Index(fields=["year", "-id"], name="roster_year"),
            models.Index(fields=["league", "year", "-id"], name="roster_league_year"),
            models.Index(fields=["region", "year", "-id"], name="roster_region_year"),
        ]

    def __str__(self) -> str:
        where = f" {self.place}" if self.place_id else ""
        return f"{self.subsidy} {self.year_id}-{self.instalment}{where}"

    def get_absolute_url(self) -> str:
        return reverse("subsidy:roster", args=[self.pk])


class RosterPayment(models.Model):
    """A payment request of a roster; `again` is the one whose failed rows it pays anew."""

    roster = models.ForeignKey(Roster, verbose_name=_("roster"), on_delete=models.PROTECT, related_name="payments")
    request = models.OneToOneField(
        PaymentRequest, verbose_name=_("payment request"), on_delete=models.PROTECT, related_name="+"
    )
    authority = models.ForeignKey(Authority, verbose_name=_("authority"), on_delete=models.PROTECT, related_name="+")
    again = models.ForeignKey(
        "self", verbose_name=_("pays again"), null=True, on_delete=models.PROTECT, related_name="followers"
    )
    count = models.PositiveIntegerField(_("households"))
    made_at = models.DateTimeField(_("made at"), auto_now_add=True)

    class Meta:
        verbose_name = _("payment of a roster")
        verbose_name_plural = _("payments of rosters")
        ordering = ["roster", "id"]

    def __str__(self) -> str:
        return str(self.request)
