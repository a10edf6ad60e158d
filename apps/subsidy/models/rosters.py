"""Rosters (花名册) and their lines, what checks found, what was corrected, and the requests that pay them."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.accounts.models import User
from apps.codes.models import FiscalYear
from apps.disbursement.models import PaymentRequest
from apps.ledger.models import Authority
from apps.regions.models import Region, Unit
from apps.subsidy.models.catalogue import Subsidy, money
from apps.subsidy.models.households import CARD, ID_NUMBER, Household, Place, masked_id, masked_name
from imbudget.kit.fields import BlindIndexField, EncryptedTextField, mask_account
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


class Outcome(models.TextChoices):
    """Where the money of a line is; a line has exactly one of them, so that 下达 = 已付 + 退回 + 未付 cannot fail."""

    WAITING = "waiting", _("not yet asked for")
    REQUESTED = "requested", _("being paid")
    FAILED = "failed", _("failed at the bank")
    PAID = "paid", pgettext_lazy("roster", "paid")
    STOPPED = "stopped", _("stopped and given back")


UNPAID = (Outcome.WAITING, Outcome.REQUESTED, Outcome.FAILED)


class RosterLine(models.Model):
    """What one household gets, as it stood when the roster was made.

    `calculation` holds the parcels with area, coefficient and rate and what was added or taken off; `request_row` is
    its row of the payment request, and changes with each new try. Keys are held once a statement (migration 0002).
    """

    roster = models.ForeignKey(
        Roster,
        verbose_name=_("roster"),
        on_delete=models.CASCADE,
        related_name="lines",
        db_index=False,
        db_constraint=False,
    )
    number = models.PositiveIntegerField(_("no."))
    household = models.ForeignKey(
        Household,
        verbose_name=_("household"),
        null=True,
        on_delete=models.PROTECT,
        related_name="lines",
        db_constraint=False,
    )
    code = models.CharField(_("household code"), max_length=20)
    name = models.CharField(_("payee"), max_length=140)
    id_number = EncryptedTextField(_("identity number"), bound_to=ID_NUMBER)
    id_index = BlindIndexField(source="id_number", bound_to=ID_NUMBER)
    id_sound = models.BooleanField(default=False)
    card = EncryptedTextField(_("card"), bound_to=CARD)
    card_index = BlindIndexField(source="card", bound_to=CARD)
    card_sound = models.BooleanField(default=False)
    bank = models.CharField(_("bank"), max_length=140, blank=True)
    bank_code = models.CharField(_("number of the bank"), max_length=12, blank=True)
    sumu = models.ForeignKey(
        Place,
        verbose_name=_("sumu or town"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    gacha = models.ForeignKey(
        Place,
        verbose_name=_("gacha or village"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    quantity = models.DecimalField(_("quantity"), max_digits=14, decimal_places=2, default=0)
    gross = models.DecimalField(_("before deductions"), max_digits=20, decimal_places=2, default=0)
    deduction = money(_("deduction"), default=0)
    amount = money(_("amount"))
    calculation = models.JSONField(_("calculation"), default=dict)
    outcome = models.CharField(_("outcome"), max_length=9, choices=Outcome, default=Outcome.WAITING, editable=False)
    reason = models.CharField(_("reason"), max_length=360, blank=True, editable=False)
    request = models.ForeignKey(
        PaymentRequest,
        verbose_name=_("payment request"),
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )
    request_row = models.PositiveIntegerField(null=True, editable=False)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0, editable=False)
    paid_on = models.DateField(_("paid on"), null=True, editable=False)
    is_corrected = models.BooleanField(_("corrected since it failed"), default=False, editable=False)

    class Meta:
        verbose_name = _("line of a roster")
        verbose_name_plural = _("lines of rosters")
        ordering = ["roster", "number"]
        constraints = [
            models.UniqueConstraint(fields=["roster", "number"], name="roster_line_number_once"),
            models.CheckConstraint(condition=Q(amount__gte=0, deduction__gte=0), name="roster_line_not_below_zero"),
            models.CheckConstraint(
                condition=Q(request__isnull=True, request_row__isnull=True)
                | Q(request__isnull=False, request_row__isnull=False),
                name="roster_line_row_of_request",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="requested") & ~Q(outcome="paid") | Q(request__isnull=False),
                name="roster_line_paid_by_request",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {masked_name(self.name)}"

    @property
    def masked_id(self) -> str:
        return masked_id(self.id_number)

    @property
    def masked_card(self) -> str:
        return mask_account(self.card)

    @property
    def public_name(self) -> str:
        return masked_name(self.name)


class FindingLevel(models.TextChoices):
    """Whether a finding keeps the roster from being handed in."""

    STOP = "stop", _("stops")
    WARN = "warn", _("warns")


class FindingRule(models.TextChoices):
    """What a roster is checked for."""

    TWICE = "twice", _("the same person twice in this subsidy and instalment")
    DEAD = "dead", _("dead person")
    EMPLOYEE = "employee", _("publicly employed person")
    SHARED_CARD = "shared_card", _("one card for several households")
    OTHER_CARD = "other_card", _("card of another household in the register")
    AREA = "area", _("area more than a tenth above the register")
    NO_NAME = "no_name", _("no name")
    NO_CARD = "no_card", _("no card")
    BAD_ID = "bad_id", _("identity number with a wrong check digit")
    BAD_CARD = "bad_card", _("card number with a wrong check digit")
    STATE = "state", _("household is stopped or void")
    UNKNOWN = "unknown", _("not in the register of households")
    ABOVE_CAP = "above_cap", _("above the most per household")
    NOTHING = "nothing", _("nothing to be paid")
    OTHER_AMOUNT = "other_amount", _("amount other than the standard gives")


class RosterFinding(models.Model):
    """What a check found in a line; `detail` says with whom or by how much, without personal data."""

    line = models.ForeignKey(RosterLine, verbose_name=_("line"), on_delete=models.CASCADE, related_name="findings")
    rule = models.CharField(_("finding"), max_length=12, choices=FindingRule)
    level = models.CharField(_("level"), max_length=4, choices=FindingLevel)
    detail = models.CharField(_("detail"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("finding of a roster")
        verbose_name_plural = _("findings of rosters")
        ordering = ["line", "rule"]
        constraints = [models.UniqueConstraint(fields=["line", "rule"], name="roster_finding_once")]

    def __str__(self) -> str:
        return self.get_rule_display()


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


class LineCorrection(models.Model):
    """Name or card of a failed line as it was before somebody corrected it, and why; kept for ever."""

    line = models.ForeignKey(RosterLine, verbose_name=_("line"), on_delete=models.PROTECT, related_name="corrections")
    old_name = models.CharField(_("payee before"), max_length=140)
    old_card = EncryptedTextField(_("card before"), bound_to=CARD)
    old_bank = models.CharField(_("bank before"), max_length=140, blank=True)
    reason = models.CharField(_("reason"), max_length=360)
    author = models.ForeignKey(
        User, verbose_name=_("author"), null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    made_at = models.DateTimeField(_("made at"), auto_now_add=True)

    class Meta:
        verbose_name = _("correction of a line")
        verbose_name_plural = _("corrections of lines")
        ordering = ["line", "id"]

    def __str__(self) -> str:
        return self.reason


class ObjectionState(models.TextChoices):
    """How far an objection is."""

    OPEN = "open", _("waits for an answer")
    UPHELD = "upheld", _("upheld")
    DISMISSED = "dismissed", _("refused")


class RosterObjection(Stateful):
    """What somebody objects to a published line, as the unit recorded it; a roster goes on when all are answered."""

    roster = models.ForeignKey(Roster, verbose_name=_("roster"), on_delete=models.PROTECT, related_name="objections")
    region = models.ForeignKey(Region, editable=False, on_delete=models.PROTECT, related_name="+")
    league = models.ForeignKey(Region, null=True, editable=False, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, editable=False, on_delete=models.PROTECT, related_name="+")
    line = models.ForeignKey(
        RosterLine, verbose_name=_("line"), null=True, blank=True, on_delete=models.PROTECT, related_name="objections"
    )
    ground = models.TextField(_("objection and its grounds"), max_length=2000)
    person = EncryptedTextField(_("who objects"), blank=True)
    contact = EncryptedTextField(_("contact"), blank=True)
    state = models.CharField(_("state"), max_length=9, choices=ObjectionState, default=ObjectionState.OPEN)
    answer = models.TextField(pgettext_lazy("review", "answer"), max_length=2000, blank=True, editable=False)
    filed_at = models.DateTimeField(_("filed at"), auto_now_add=True)
    author = models.ForeignKey(
        User, verbose_name=_("author"), null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    answered_at = models.DateTimeField(_("answered at"), null=True, editable=False)
    answerer = models.ForeignKey(
        User, verbose_name=_("answered by"), null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )

    objects = RosterQuerySet.as_manager()

    class Meta:
        verbose_name = _("objection to a roster")
        verbose_name_plural = _("objections to rosters")
        constraints = [
            models.CheckConstraint(
                condition=Q(answerer__isnull=True) | ~Q(answerer=F("author")), name="roster_objection_second_person"
            )
        ]

    def __str__(self) -> str:
        return f"{self.roster} № {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("subsidy:objection", args=[self.pk])
