"""Payment vouchers (支付凭证): what was signed and sent, unchanged for ever."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.disbursement.models.request import PaymentRequest
from apps.ledger.models.authority import money
from apps.regions.models import Region
from imbudget.kit.fields import SealedBytesField
from imbudget.kit.querysets import ScopedQuerySet
from imbudget.kit.transitions import Stateful


class VoucherState(models.TextChoices):
    """How far the treasury has come with it."""

    MADE = "made", _("not yet sent")
    SENT = "sent", pgettext_lazy("payment voucher", "sent")
    TAKEN = "taken", _("received by the treasury")
    ANSWERED = "answered", _("receipt received")
    REFUSED = "refused", _("refused by the treasury")


class VoucherQuerySet(ScopedQuerySet):
    """Vouchers stand in the scope of their requests."""


class Voucher(Stateful):
    """The voucher of a request (PAY_VOUCHER_BILL). `body` are the bytes that were signed, `digest` their SM3.

    `total` is below zero for a refund, `capital` the same in capital characters (大写金额), computed when it was made.

    What was not paid is paid by another voucher of another request: this one never changes but for its state.
    """

    request = models.OneToOneField(
        PaymentRequest, verbose_name=_("payment request"), on_delete=models.PROTECT, related_name="voucher"
    )
    region = models.ForeignKey(Region, verbose_name=_("region"), on_delete=models.PROTECT, related_name="+")
    league = models.ForeignKey(Region, null=True, editable=False, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("regions.Unit", verbose_name=_("budget unit"), on_delete=models.PROTECT, related_name="+")
    division = models.CharField(max_length=9, editable=False)
    year = models.PositiveSmallIntegerField(_("fiscal year"))
    type = models.CharField(_("type of voucher"), max_length=4, default="5214")
    number = models.CharField(_("voucher number"), max_length=42)
    dated = models.DateField(_("date of the voucher"))
    total = money(_("total"), null=True)
    capital = models.CharField(_("amount in capital characters"), max_length=120, blank=True)
    body = SealedBytesField()
    digest = models.CharField(_("digest"), max_length=64)
    state = models.CharField(_("state"), max_length=8, choices=VoucherState, default=VoucherState.MADE, editable=False)
    state_word = models.CharField(_("word of the treasury"), max_length=360, blank=True, editable=False)
    made_at = models.DateTimeField(_("made at"), auto_now_add=True)
    answered_at = models.DateTimeField(_("receipt received at"), null=True, editable=False)

    objects = VoucherQuerySet.as_manager()

    class Meta:
        verbose_name = _("payment voucher")
        verbose_name_plural = _("payment vouchers")
        constraints = [models.UniqueConstraint(fields=["division", "year", "type", "number"], name="voucher_once")]

    def __str__(self) -> str:
        return self.number
