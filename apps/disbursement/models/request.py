"""Payment requests (支付申请) and their rows: who is to be paid how much out of which authority."""

import re
import uuid
from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.accounts.models import User
from apps.codes.models import FiscalYear
from apps.disbursement.models.contract import Contract, ContractStage
from apps.disbursement.models.places import ACCOUNT_NUMBER, BANK_CODE, PayAccount
from apps.ledger.models import Authority
from apps.ledger.models.authority import money
from apps.regions.models import Region, Unit
from imbudget.kit.fields import BlindIndexField, EncryptedTextField, mask_account
from imbudget.kit.querysets import ScopedQuerySet
from imbudget.kit.transitions import Stateful


class Business(models.TextChoices):
    """支付业务类型 PAY_BUS_TYPE_CODE; each is a type of business of its own."""

    NORMAL = "normal", _("ordinary payment")
    SALARY = "salary", _("salaries")
    BATCH = "batch", _("payment to many")
    CARD = "card", _("repayment of business cards")
    SUBSIDY = "subsidy", _("subsidies to people")
    REFUND = "refund", _("refund of a payment")
    CORRECTION = "correct", _("correction of a payment")


# What changes a payment that was made: money comes back, or is booked under another authority.
CHANGES = frozenset({Business.REFUND, Business.CORRECTION})


class Settlement(models.TextChoices):
    """结算方式 SET_MODE_CODE."""

    TRANSFER = "1", _("bank transfer")
    CHEQUE = "2", _("cheque")
    CARD = "3", _("business card")
    CASH = "4", _("cash")


class RequestState(models.TextChoices):
    """How far a request is; money is held from the hand-in on until it is paid or given back."""

    DRAFT = "draft", pgettext_lazy("payment request", "draft")
    STOPPED = "stopped", _("stopped by monitoring")
    SUBMITTED = "submitted", _("under approval")
    RETURNED = "returned", pgettext_lazy("payment request", "returned")
    REFUSED = "refused", pgettext_lazy("payment request", "refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("payment request", "withdrawn")
    APPROVED = "approved", _("voucher made")
    PAID = "paid", pgettext_lazy("payment request", "paid")
    PART = "part", _("paid in part")
    FAILED = "failed", _("not paid")


NUMBER = re.compile(r"ZF\d{4,}", re.IGNORECASE | re.ASCII)  # how a number begins: a trigger gives it (migration 0002)
EDITABLE = frozenset({RequestState.DRAFT, RequestState.RETURNED})
# What is looked for among many that are paid.
UNPAID = frozenset(RequestState) - {RequestState.PAID}
SETTLED = frozenset({RequestState.PAID, RequestState.PART, RequestState.FAILED})


class RequestQuerySet(ScopedQuerySet):
    """Requests; a unit sees its own."""

    def for_list(self) -> "RequestQuerySet":
        return self.select_related("region", "unit", "authority", "author")

    def numbered(self, text: str) -> "RequestQuerySet":
        """Those whose number begins with the text: one index, whatever the number of requests."""
        return self.filter(number__startswith=text.upper())


def _scope(model: type[models.Model], label: object, **kwargs: object) -> models.ForeignKey:
    """A key that an index of the lists begins with."""
    given = {"on_delete": models.PROTECT, "related_name": "+", "db_index": False} | kwargs
    return models.ForeignKey(model, verbose_name=label, **given)  # type: ignore[arg-type]


class PaymentRequest(Stateful):
    """A request to pay (PAY_VOUCHER 国库集中支付申请) out of one authority, to one payee or many.

    `hold` is the key of the reservation that keeps its money; each hand-in holds anew. `again` is the request whose
    failed rows this one pays anew, `about` the one whose payment it gives back or corrects: then it moves no money
    out of the account. `watched` is what was said of it at its hand-in, under "stops" and "warns".
    """

    uid = models.UUIDField(_("business key"), default=uuid.uuid4, editable=False, unique=True)
    number = models.CharField(_("number of the request"), max_length=20, editable=False)
    year = _scope(FiscalYear, _("fiscal year"))
    region = _scope(Region, _("region"))
    league = _scope(Region, None, null=True, editable=False)
    unit = _scope(Unit, _("budget unit"))
    authority = models.ForeignKey(
        Authority, verbose_name=_("authority"), on_delete=models.PROTECT, related_name="requests"
    )
    account = models.ForeignKey(
        PayAccount, verbose_name=_("account to pay from"), on_delete=models.PROTECT, related_name="+"
    )
    business = models.CharField(_("type of business"), max_length=7, choices=Business, default=Business.NORMAL)
    settlement = models.CharField(_("way of settling"), max_length=1, choices=Settlement, default=Settlement.TRANSFER)
    purpose = models.CharField(_("purpose"), max_length=140)
    total = money(_("total"), default=0, editable=False)
    paid = money(_("paid"), default=0, editable=False)
    again = models.ForeignKey(
        "self",
        verbose_name=_("pays again"),
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="followers",
    )
    about = models.ForeignKey(
        "self",
        verbose_name=_("changes the payment"),
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="changes",
    )
    contract = models.ForeignKey(
        Contract, verbose_name=_("contract"), null=True, blank=True, on_delete=models.PROTECT, related_name="requests"
    )
    stage = models.ForeignKey(
        ContractStage,
        verbose_name=_("stage of the contract"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="requests",
    )
    period = models.DateField(_("payroll period"), null=True, blank=True)
    watched = models.JSONField(_("said by monitoring"), default=dict, blank=True, editable=False)
    state = models.CharField(_("state"), max_length=9, choices=RequestState, default=RequestState.DRAFT, editable=False)
    return_reason = models.CharField(_("reason of return"), max_length=2000, blank=True, editable=False)
    hold = models.CharField(max_length=120, blank=True, editable=False)
    revision = models.PositiveIntegerField(default=1, editable=False)
    author = models.ForeignKey(
        User, verbose_name=_("author"), null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    submitted_at = models.DateTimeField(_("handed in at"), null=True, editable=False)

    objects = RequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("payment request")
        verbose_name_plural = _("payment requests")
        constraints = [
            models.UniqueConstraint(fields=["region", "year", "number"], name="request_number_once"),
            models.CheckConstraint(
                condition=Q(total__gte=0) & Q(paid__gte=0) & Q(paid__lte=models.F("total")),
                name="request_pays_at_most_its_total",
            ),
            models.CheckConstraint(
                condition=Q(business__in=sorted(CHANGES), about__isnull=False)
                | (~Q(business__in=sorted(CHANGES)) & Q(about__isnull=True)),
                name="request_changes_a_payment",
                violation_error_message=_("A refund or a correction names the payment that it changes."),
            ),
        ]
        indexes = [
            models.Index(fields=["year", "-id"], name="request_year"),
            models.Index(fields=["league", "year", "-id"], name="request_league_year"),
            models.Index(fields=["region", "year", "-id"], name="request_region_year"),
            models.Index(fields=["unit", "year", "-id"], name="request_unit_year"),
            models.Index(fields=["number"], name="request_number", opclasses=["varchar_pattern_ops"]),
            models.Index(
                fields=["league", "state", "-id"], name="request_unpaid", condition=Q(state__in=sorted(UNPAID))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.purpose}"

    def get_absolute_url(self) -> str:
        return reverse("disbursement:request", args=[self.pk])


class Outcome(models.TextChoices):
    """What has become of one payee's part."""

    WAITING = "waiting", _("not yet answered")
    PAID = "paid", pgettext_lazy("payment request", "paid")
    FAILED = "failed", _("not paid")


class PaymentRow(models.Model):
    """One payee (PAY_DETAIL). `reference` travels to the bank and back; what the bank said of it stays.

    `repeats` is the failed row that this one pays again, `source` the paid row that it gives back or corrects. `back` is
    what refunds and corrections on their way or done take back of this row, in yuan: never above its amount.
    """

    request = models.ForeignKey(
        PaymentRequest,
        verbose_name=_("payment request"),
        on_delete=models.CASCADE,
        related_name="rows",
        db_index=False,  # payment_row_number_once begins with it
    )
    number = models.PositiveIntegerField(_("no."))
    reference = models.CharField(_("reference"), max_length=35, editable=False)
    payee_name = models.CharField(_("payee"), max_length=140)
    payee_account = EncryptedTextField(_("account of the payee"), validators=[ACCOUNT_NUMBER])
    payee_index = BlindIndexField(source="payee_account")
    payee_bank = models.CharField(_("bank of the payee"), max_length=140, blank=True)
    payee_bank_code = models.CharField(_("number of the bank"), max_length=12, blank=True, validators=[BANK_CODE])
    amount = money(_("amount"))
    consumed_on = models.DateField(_("day of the purchase"), null=True, blank=True)
    slip = models.CharField(_("number of the slip"), max_length=40, blank=True)
    repeats = models.ForeignKey(
        "self",
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="repeated",
        db_index=False,
    )
    source = models.ForeignKey(
        "self",
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="taken_back",
        db_index=False,
    )
    back = money(_("given back or corrected"), default=0, editable=False)
    outcome = models.CharField(_("outcome"), max_length=7, choices=Outcome, default=Outcome.WAITING, editable=False)
    reason_code = models.CharField(_("code of the reason"), max_length=35, blank=True, editable=False)
    reason = models.CharField(_("reason"), max_length=360, blank=True, editable=False)
    bank_reference = models.CharField(_("number of the bank's booking"), max_length=42, blank=True, editable=False)
    paid_on = models.DateField(_("paid on"), null=True, editable=False)

    class Meta:
        verbose_name = _("payee of a request")
        verbose_name_plural = _("payees of a request")
        ordering = ["request", "number"]
        constraints = [
            models.UniqueConstraint(fields=["request", "number"], name="payment_row_number_once"),
            models.UniqueConstraint(fields=["reference"], name="payment_row_reference_once"),
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="payment_row_moves_money",
                violation_error_message=_("The amount must be above zero."),
            ),
            models.CheckConstraint(
                condition=Q(back=0) | Q(back__gt=0, back__lte=models.F("amount"), outcome="paid"),
                name="payment_row_back_at_most_paid",
            ),
            models.UniqueConstraint(
                fields=["repeats"], name="payment_row_repeated_once", condition=Q(repeats__isnull=False)
            ),
        ]
        indexes = [models.Index(fields=["source"], name="payment_row_source", condition=Q(source__isnull=False))]

    def __str__(self) -> str:
        return f"{self.number}: {self.payee_name} {self.amount}"

    @property
    def left(self) -> Decimal:
        """What of a paid row has not been given back or corrected, in yuan."""
        return self.amount - self.back if self.outcome == Outcome.PAID else Decimal("0.00")

    @property
    def masked_account(self) -> str:
        """The last four digits; the whole number is for the treasury."""
        return mask_account(self.payee_account)
