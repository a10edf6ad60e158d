"""What bank and treasury say they booked, the day on which all three books must agree, and where they do not."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.accounts.models import User
from apps.disbursement.models.exchange import InMessage
from apps.disbursement.models.places import PayAccount
from apps.disbursement.models.request import money
from apps.regions.models import Region
from imbudget.kit.querysets import ScopedQuerySet
from imbudget.kit.transitions import Stateful


class Side(models.TextChoices):
    """Whose books a statement is of: of the agent bank (4005), or of the treasury that clears it (4004)."""

    BANK = "bank", pgettext_lazy("reconciliation", "bank")
    TREASURY = "treasury", pgettext_lazy("reconciliation", "treasury")


class RegionQuerySet(ScopedQuerySet):
    """Books of a region's accounts: no unit's own."""

    unit_field = None


def _region(**kwargs: object) -> models.ForeignKey:
    return models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+", **kwargs)  # type: ignore[arg-type]


def _who(label: str) -> models.ForeignKey:
    return models.ForeignKey(
        User, verbose_name=label, null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )


class BankStatement(models.Model):
    """An account's statement of one day (支付对账单), as the bank or the treasury sent it. The last one counts (`current`)."""

    region = _region(verbose_name=_("region"))
    league = _region(null=True, editable=False)
    message = models.ForeignKey(
        InMessage, verbose_name=_("message"), on_delete=models.PROTECT, related_name="statements"
    )
    account = models.ForeignKey(
        PayAccount, verbose_name=_("account to pay from"), on_delete=models.PROTECT, related_name="+"
    )
    side = models.CharField(_("side"), max_length=8, choices=Side)
    day = models.DateField(_("day"))
    number = models.CharField(_("number of the statement"), max_length=42)
    opening = money(_("opening balance"))
    closing = money(_("closing balance"))
    entries_count = models.PositiveIntegerField(_("number of entries"), default=0)
    is_current = models.BooleanField(default=True)
    received_at = models.DateTimeField(_("received at"), auto_now_add=True)

    objects = RegionQuerySet.as_manager()

    class Meta:
        verbose_name = _("statement of an account")
        verbose_name_plural = _("statements of accounts")
        constraints = [
            models.UniqueConstraint(
                fields=["account", "day", "side"], condition=Q(is_current=True), name="statement_current_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.get_side_display()}"


class StatementEntry(models.Model):
    """One booking of a statement; money out is below zero. The whole account of the payee stands in the message alone."""

    statement = models.ForeignKey(BankStatement, on_delete=models.PROTECT, related_name="entries")
    number = models.PositiveIntegerField(_("no."))
    reference = models.CharField(_("reference"), max_length=42, blank=True)
    order = models.CharField(_("voucher number"), max_length=42, blank=True)
    bank_reference = models.CharField(_("number of the bank's booking"), max_length=42, blank=True)
    amount = money(_("amount"))
    booked_on = models.DateField(_("booked on"))
    reversal = models.BooleanField(default=False)
    payee_name = models.CharField(_("payee"), max_length=140, blank=True)
    payee_tail = models.CharField(max_length=4, blank=True)
    payee_index = models.BinaryField(max_length=16, default=b"")

    class Meta:
        verbose_name = _("entry of a statement")
        verbose_name_plural = _("entries of a statement")
        indexes = [models.Index(fields=["reference"], name="entry_reference", condition=~Q(reference=""))]

    def __str__(self) -> str:
        return f"{self.reference or self.bank_reference} {self.amount}"


class DayState(models.TextChoices):
    """Whether the three books of a day may still move."""

    OPEN = "open", pgettext_lazy("day of an account", "open")
    CLOSED = "closed", pgettext_lazy("day of an account", "closed")


class DayBook(Stateful):
    """One day of an account to pay from, in three columns: our ledger, the bank, the treasury (三方对账).

    Settling and statements set `is_stale`; the clock compares again what is stale. A closed day takes nothing more.
    """

    region = _region(verbose_name=_("region"))
    league = _region(null=True, editable=False)
    account = models.ForeignKey(
        PayAccount, verbose_name=_("account to pay from"), on_delete=models.PROTECT, related_name="+"
    )
    day = models.DateField(_("day"))
    state = models.CharField(_("state"), max_length=6, choices=DayState, default=DayState.OPEN, editable=False)
    is_stale = models.BooleanField(default=True, editable=False)
    ledger_count = models.PositiveIntegerField(default=0, editable=False)
    ledger_sum = money(_("ledger"), default=0, editable=False)
    bank_count = models.PositiveIntegerField(default=0, editable=False)
    bank_sum = money(pgettext_lazy("reconciliation", "bank"), default=0, editable=False)
    treasury_count = models.PositiveIntegerField(default=0, editable=False)
    treasury_sum = money(pgettext_lazy("reconciliation", "treasury"), default=0, editable=False)
    matched = models.PositiveIntegerField(_("matched"), default=0, editable=False)
    unsettled = models.PositiveIntegerField(_("differences"), default=0, editable=False)
    has_bank = models.BooleanField(default=False, editable=False)
    has_treasury = models.BooleanField(default=False, editable=False)
    compared_at = models.DateTimeField(_("compared at"), null=True, editable=False)
    closed_by = _who(_("closed by"))
    closed_at = models.DateTimeField(_("closed at"), null=True, editable=False)
    reopen_reason = models.CharField(_("reason of reopening"), max_length=2000, blank=True, editable=False)

    objects = RegionQuerySet.as_manager()

    class Meta:
        verbose_name = _("day of an account")
        verbose_name_plural = _("days of accounts")
        constraints = [models.UniqueConstraint(fields=["account", "day"], name="day_book_once")]
        indexes = [
            models.Index(fields=["region", "-day", "-id"], name="day_region"),
            models.Index(fields=["league", "-day", "-id"], name="day_league"),
            models.Index(fields=["-day", "-id"], name="day_day"),
            models.Index(fields=["day"], name="day_stale", condition=Q(is_stale=True, state="open")),
        ]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} {self.account}"

    def get_absolute_url(self) -> str:
        return reverse("disbursement:day", args=[self.pk])


class DifferenceKind(models.TextChoices):
    """In what the books differ: 不符 where a booking stands on both sides, 未达 where it stands on one."""

    AMOUNT = "amount", _("amounts differ")
    PAYEE = "payee", _("payees differ")
    OURS = "ours", _("in the ledger only")
    THEIRS = "theirs", _("at the bank or treasury only")
    LEDGER = "ledger", _("booked otherwise in the ledger")


class DifferenceState(models.TextChoices):
    """A difference disappears by itself when the books agree; where no money is to move, two people settle it."""

    OPEN = "open", pgettext_lazy("difference", "open")
    EXPLAINED = "explained", pgettext_lazy("difference", "explained")
    ACCEPTED = "accepted", pgettext_lazy("difference", "settled")
    GONE = "gone", pgettext_lazy("difference", "disappeared")


UNSETTLED = frozenset({DifferenceState.OPEN, DifferenceState.EXPLAINED})


class DifferenceQuerySet(ScopedQuerySet):
    """Differences stand in the scope of their day."""

    league_field = "book__league_id"
    region_field = "book__region_id"
    unit_field = None


class Difference(Stateful):
    """One booking on which the three books do not agree. Amounts are what each side says was paid; empty: it says nothing."""

    book = models.ForeignKey(
        DayBook, verbose_name=_("day of an account"), on_delete=models.PROTECT, related_name="differences"
    )
    kind = models.CharField(_("kind of difference"), max_length=6, choices=DifferenceKind)
    key = models.CharField(_("reference"), max_length=60)
    row = models.ForeignKey(
        "disbursement.PaymentRow", null=True, editable=False, on_delete=models.PROTECT, related_name="differences"
    )
    payee = models.CharField(_("payee"), max_length=140, blank=True)
    their_payee = models.CharField(_("payee at the bank"), max_length=160, blank=True)
    ledger = money(_("ledger"), null=True)
    bank = money(pgettext_lazy("reconciliation", "bank"), null=True)
    treasury = money(pgettext_lazy("reconciliation", "treasury"), null=True)
    state = models.CharField(
        _("state"), max_length=9, choices=DifferenceState, default=DifferenceState.OPEN, editable=False
    )
    reason = models.CharField(_("explanation"), max_length=2000, blank=True)
    explained_by = _who(_("explained by"))
    explained_at = models.DateTimeField(null=True, editable=False)
    accepted_by = _who(_("settled by"))
    accepted_at = models.DateTimeField(null=True, editable=False)
    found_at = models.DateTimeField(_("found at"), auto_now_add=True)

    objects = DifferenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("difference")
        verbose_name_plural = _("differences")
        constraints = [models.UniqueConstraint(fields=["book", "key"], name="difference_once")]

    def __str__(self) -> str:
        return f"{self.key}: {self.get_kind_display()}"

    def get_absolute_url(self) -> str:
        return self.book.get_absolute_url()

    @property
    def is_unsettled(self) -> bool:
        """Whether the day cannot be closed because of it."""
        return self.state in UNSETTLED
