"""The line to a treasury, and every message that went over it: kept as it was, whatever became of it."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.disbursement.models.voucher import Voucher
from apps.regions.models import Region
from imbudget.kit.fields import SealedBytesField
from imbudget.kit.querysets import ScopedQuerySet
from imbudget.kit.transitions import Stateful


class DialectName(models.TextChoices):
    """What the other end understands."""

    MOF = "mof", _("electronic vouchers of the Ministry of Finance")
    ISO = "iso", _("ISO 20022")


class TreasuryLink(models.Model):
    """The treasury of a region: what it understands, where it is, and by which key its stamps are known.

    `place` is a name under which the operator of the machine has set address and certificates (`TREASURY_PLACES`): no page
    lets the server speak to an address that somebody typed.
    """

    region = models.OneToOneField(Region, verbose_name=_("region"), on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("name"), max_length=140)
    dialect = models.CharField(_("kind of message"), max_length=3, choices=DialectName, default=DialectName.MOF)
    place = models.SlugField(
        _("name of the connection"), max_length=40, help_text=_("As set by the operator of the machine.")
    )
    holder = models.CharField(_("our stamp"), max_length=140, help_text=_("Whose stamp is set on what we send."))
    stamp_name = models.CharField(_("stamp of the treasury"), max_length=140, blank=True)
    stamp_key = models.CharField(
        _("public key of the treasury"),
        max_length=130,
        blank=True,
        validators=[
            RegexValidator(
                r"\A04[0-9a-f]{128}\Z", _("An SM2 public key has 130 hexadecimal digits and begins with 04.")
            )
        ],
    )
    is_open = models.BooleanField(_("open"), default=True)

    class Meta:
        verbose_name = _("connection with a treasury")
        verbose_name_plural = _("connections with treasuries")

    def __str__(self) -> str:
        return self.name


class OutState(models.TextChoices):
    """What became of a message that we send."""

    WAITING = "waiting", _("waits to be sent")
    SENT = "sent", pgettext_lazy("message", "sent")
    REFUSED = "refused", _("refused by the other end")


class OutKind(models.TextChoices):
    """What a message asks for."""

    VOUCHER = "voucher", _("payment voucher")
    QUERY = "query", pgettext_lazy("message", "query")


class Says(models.TextChoices):
    """What a query was answered."""

    KNOWN = "known", _("the treasury has the voucher")
    UNKNOWN = "unknown", _("the treasury does not know the voucher")


class MessageQuerySet(ScopedQuerySet):
    """Messages stand in the scope of the region whose connection they went over."""

    unit_field = None


class OutMessage(Stateful):
    """A message to send: written in the act that needs it, sent afterwards as often as it takes.

    A query (查询) asks what became of a voucher; what it was answered (查复) stands in `says`.
    """

    region = models.ForeignKey(
        Region, verbose_name=_("region"), null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    league = models.ForeignKey(Region, null=True, editable=False, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("kind of message"), max_length=7, choices=OutKind, default=OutKind.VOUCHER)

    link = models.ForeignKey(TreasuryLink, verbose_name=_("connection"), on_delete=models.PROTECT, related_name="sent")
    voucher = models.ForeignKey(
        Voucher, verbose_name=_("payment voucher"), on_delete=models.PROTECT, related_name="messages"
    )
    name = models.CharField(_("name"), max_length=35, unique=True)
    raw = SealedBytesField()
    digest = models.CharField(_("digest"), max_length=64)
    state = models.CharField(_("state"), max_length=7, choices=OutState, default=OutState.WAITING)
    tries = models.PositiveIntegerField(_("tries"), default=0)
    due = models.DateTimeField(_("next try"))
    trouble = models.CharField(_("last trouble"), max_length=500, blank=True)
    made_at = models.DateTimeField(_("made at"), auto_now_add=True)
    sent_at = models.DateTimeField(_("sent at"), null=True)
    says = models.CharField(_("answer to the query"), max_length=7, choices=Says, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message sent")
        verbose_name_plural = _("messages sent")
        indexes = [
            models.Index(fields=["link", "due"], name="out_due", condition=Q(state="waiting")),
            models.Index(fields=["sent_at"], name="out_unanswered", condition=Q(kind="voucher", answered_at=None)),
            models.Index(fields=["region", "-id"], name="out_region"),
            models.Index(fields=["league", "-id"], name="out_league"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("disbursement:sent_message", args=[self.pk])


class InState(models.TextChoices):
    """What became of a message that came in."""

    NEW = "new", pgettext_lazy("message", "new")
    DONE = "done", _("taken into account")
    REFUSED = "refused", _("not believed")


class InMessage(Stateful):
    """A message as it came in. The same bytes twice are one row that counts: a message that comes again changes nothing.

    What is longer than one part lies in `parts`, in the order of their numbers, and `raw` is empty. `said_at` is the time on it,
    by the clock of the other end: nothing is decided by it.
    """

    region = models.ForeignKey(
        Region, verbose_name=_("region"), null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    league = models.ForeignKey(Region, null=True, editable=False, on_delete=models.PROTECT, related_name="+")
    link = models.ForeignKey(
        TreasuryLink, verbose_name=_("connection"), on_delete=models.PROTECT, related_name="received"
    )
    digest = models.CharField(_("digest"), max_length=64)
    raw = SealedBytesField()
    size = models.BigIntegerField(_("size in bytes"), default=0)
    times = models.PositiveIntegerField(_("times received"), default=1)
    state = models.CharField(_("state"), max_length=7, choices=InState, default=InState.NEW)
    genuine = models.BooleanField(_("genuine"), null=True)
    trouble = models.CharField(_("trouble"), max_length=500, blank=True)
    voucher = models.ForeignKey(
        Voucher, verbose_name=_("payment voucher"), null=True, on_delete=models.PROTECT, related_name="answers"
    )
    said_at = models.DateTimeField(_("written at"), null=True)
    received_at = models.DateTimeField(_("received at"), auto_now_add=True)
    done_at = models.DateTimeField(_("taken into account at"), null=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message received")
        verbose_name_plural = _("messages received")
        constraints = [models.UniqueConstraint(fields=["link", "digest"], name="in_message_once")]
        indexes = [
            models.Index(fields=["id"], name="in_new", condition=Q(state="new")),
            models.Index(fields=["region", "-id"], name="in_region"),
            models.Index(fields=["league", "-id"], name="in_league"),
        ]

    def __str__(self) -> str:
        return self.digest[:12]

    def get_absolute_url(self) -> str:
        return reverse("disbursement:received_message", args=[self.pk])


class MessagePart(models.Model):
    """A piece of a message that is too long for one row; read one after the other, so that it fits any memory."""

    message = models.ForeignKey(InMessage, on_delete=models.PROTECT, related_name="parts")
    number = models.PositiveIntegerField()
    raw = SealedBytesField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "number"], name="message_part_once")]

    def __str__(self) -> str:
        return f"{self.message_id}/{self.number}"
