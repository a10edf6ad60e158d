"""Lines of rosters: what each household gets, what checks found in it, and what was corrected once it failed."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.accounts.models import User
from apps.disbursement.models import PaymentRequest
from apps.subsidy.models.catalogue import money
from apps.subsidy.models.households import CARD, ID_NUMBER, Household, Place, masked_id, masked_name
from apps.subsidy.models.rosters import Roster
from imbudget.kit.fields import BlindIndexField, EncryptedTextField, mask_account


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
