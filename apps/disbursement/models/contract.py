"""Contracts (合同): how much is owed to whom, in which stages, and what is kept until the retention is due."""

from datetime import date
from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.accounts.models import User
from apps.disbursement.models.payee import Payee
from apps.files.models import StoredFile
from apps.ledger.models.authority import money
from apps.regions.models import Region, Unit
from imbudget.kit.querysets import ScopedQuerySet
from imbudget.kit.transitions import Stateful


class ContractState(models.TextChoices):
    """Only a contract in force is paid on."""

    DRAFT = "draft", pgettext_lazy("contract", "draft")
    SUBMITTED = "submitted", pgettext_lazy("contract", "under approval")
    RETURNED = "returned", pgettext_lazy("contract", "returned")
    REFUSED = "refused", pgettext_lazy("contract", "refused")
    ACTIVE = "active", pgettext_lazy("contract", "in force")
    CLOSED = "closed", pgettext_lazy("contract", "closed")


class ContractQuerySet(ScopedQuerySet):
    """A unit sees its own."""

    def for_list(self) -> "ContractQuerySet":
        return self.select_related("region", "unit", "payee")


class Contract(Stateful):
    """What a unit owes a payee. Until `retention_until` the `retention` (质保金), in yuan, is not paid out."""

    number = models.CharField(_("number of the contract"), max_length=60)
    name = models.CharField(_("name of the contract"), max_length=200)
    region = models.ForeignKey(Region, verbose_name=_("region"), on_delete=models.PROTECT, related_name="+")
    league = models.ForeignKey(Region, null=True, editable=False, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, verbose_name=_("budget unit"), on_delete=models.PROTECT, related_name="+")
    payee = models.ForeignKey(Payee, verbose_name=_("payee"), on_delete=models.PROTECT, related_name="contracts")
    amount = money(_("amount of the contract"))
    retention = money(_("retention money"), default=0)
    retention_until = models.DateField(_("retention kept until"), null=True, blank=True)
    signed_on = models.DateField(_("signed on"))
    state = models.CharField(
        _("state"), max_length=9, choices=ContractState, default=ContractState.DRAFT, editable=False
    )
    return_reason = models.CharField(_("reason of return"), max_length=2000, blank=True, editable=False)
    revision = models.PositiveIntegerField(default=1, editable=False)
    author = models.ForeignKey(
        User, verbose_name=_("author"), null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = ContractQuerySet.as_manager()

    class Meta:
        verbose_name = _("contract")
        verbose_name_plural = _("contracts")
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "number"],
                name="contract_number_once",
                violation_error_message=_("The unit has a contract with this number already."),
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0) & Q(retention__gte=0) & Q(retention__lt=F("amount")),
                name="contract_keeps_less_than_it_pays",
                violation_error_message=_("The retention money must be below the amount of the contract."),
            ),
            models.CheckConstraint(
                condition=Q(retention=0, retention_until__isnull=True)
                | Q(retention__gt=0, retention_until__isnull=False),
                name="contract_retention_has_a_day",
                violation_error_message=_("Retention money and the day until which it is kept go together."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"

    def get_absolute_url(self) -> str:
        return reverse("disbursement:contract", args=[self.pk])

    def payable(self, today: date) -> Decimal:
        """What may be paid in all as of a day, in yuan."""
        kept = self.retention if self.retention_until and today < self.retention_until else Decimal("0.00")
        return self.amount - kept


class ContractStage(models.Model):
    """A part of the amount that falls due by itself, as after an inspection."""

    contract = models.ForeignKey(Contract, verbose_name=_("contract"), on_delete=models.CASCADE, related_name="stages")
    number = models.PositiveSmallIntegerField(_("no."))
    name = models.CharField(_("stage of the contract"), max_length=100)
    amount = money(_("amount"))
    due = models.DateField(_("due on"), null=True, blank=True)

    class Meta:
        verbose_name = _("stage of a contract")
        verbose_name_plural = _("stages of a contract")
        ordering = ["contract", "number"]
        constraints = [
            models.UniqueConstraint(fields=["contract", "number"], name="contract_stage_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="contract_stage_has_amount"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


class ContractFile(models.Model):
    """A scan of the contract or of a certificate of inspection."""

    contract = models.ForeignKey(
        Contract, verbose_name=_("contract"), on_delete=models.PROTECT, related_name="attachments"
    )
    file = models.OneToOneField(StoredFile, verbose_name=_("file"), on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(_("attached at"), auto_now_add=True)

    class Meta:
        verbose_name = _("file of a contract")
        verbose_name_plural = _("files of a contract")
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.file)
