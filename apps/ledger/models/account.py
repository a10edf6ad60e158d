"""The chart of accounts and which of them each event debits and credits: data, with its source."""

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class Side(models.IntegerChoices):
    """借 or 贷; the value is the sign of an entry."""

    DEBIT = 1, _("debit")
    CREDIT = -1, _("credit")


class AccountRole(models.TextChoices):
    """What an account holds; services find accounts by it, whatever their code is in the official chart."""

    REVENUE = "revenue", _("revenue budget")
    UNALLOCATED = "unallocated", _("authority not yet allocated")
    PENDING = "pending", _("authority not yet issued")
    EXECUTABLE = "executable", _("executable authority")
    SENT = "sent", _("transfers issued to lower levels")
    RESERVED = "reserved", _("applied for")
    SPENT = "spent", _("paid")
    CARRY_OVER = "carry_over", _("carried-over authority")
    SURPLUS = "surplus", _("surplus of the year")


class Account(models.Model):
    """An account of the authority ledger (指标会计科目)."""

    code = models.CharField(_("code"), max_length=12, unique=True, validators=[RegexValidator(r"^\d{3,12}$")])
    name = models.CharField(_("name"), max_length=120)
    role = models.CharField(_("what it holds"), max_length=12, choices=AccountRole, unique=True)
    side = models.SmallIntegerField(_("side of the balance"), choices=Side)
    is_standard = models.BooleanField(_("national standard"), default=False)
    is_verified = models.BooleanField(
        _("verified"), default=False, help_text=_("Checked against the official chart of accounts.")
    )
    source = models.CharField(_("source document"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("account of the authority ledger")
        verbose_name_plural = _("accounts of the authority ledger")
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Event(models.TextChoices):
    """What happens to authority; each event has one posting rule."""

    REVENUE = "revenue", _("revenue budget approved, or transfer received")
    ALLOCATED = "allocated", _("allocated")
    REARRANGED = "rearranged", _("moved between lines not yet allocated")
    ISSUED = "issued", _("issued")
    SENT = "sent", _("transfer issued to a lower level")
    REALLOCATED = "reallocated", _("re-allocated")
    RECOVERED = "recovered", _("recovered")
    RESERVED = "reserved", _("applied for")
    RELEASED = "released", _("application given back")
    PAID = "paid", _("paid")
    REFUNDED = "refunded", _("refunded")
    CLEARED_EXECUTABLE = "clear_exec", _("executable authority cleared at the year's end")
    CLEARED_PENDING = "clear_pend", _("authority not yet issued cleared at the year's end")
    CLEARED_UNALLOCATED = "clear_unal", _("authority not yet allocated cleared at the year's end")
    FORWARD_EXECUTABLE = "fwd_exec", _("brought forward from last year as executable")
    FORWARD_PENDING = "fwd_pend", _("brought forward from last year, not yet issued")
    FORWARD_UNALLOCATED = "fwd_unal", _("brought forward from last year, not yet allocated")
    CLOSED = "closed", _("books closed")


class PostingRule(models.Model):
    """Which account an event debits and which it credits (指标核算场景)."""

    event = models.CharField(_("event"), max_length=16, choices=Event, unique=True)
    debit = models.ForeignKey(Account, verbose_name=_("debit"), on_delete=models.PROTECT, related_name="+")
    credit = models.ForeignKey(Account, verbose_name=_("credit"), on_delete=models.PROTECT, related_name="+")
    is_verified = models.BooleanField(_("verified"), default=False)
    source = models.CharField(_("source document"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("posting rule")
        verbose_name_plural = _("posting rules")
        ordering = ["event"]

    def __str__(self) -> str:
        return f"{self.get_event_display()}: {self.debit_id} / {self.credit_id}"
