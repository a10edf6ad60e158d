"""Who is paid (收款人): accounts known to a region from contracts, rosters and earlier payments."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.disbursement.models.places import ACCOUNT_NUMBER, BANK_CODE
from apps.disbursement.names import name_key
from apps.regions.models import Region, Unit
from imbudget.kit.actor import Actor, Reach
from imbudget.kit.fields import BlindIndexField, EncryptedTextField, mask_account, mask_id
from imbudget.kit.querysets import ScopedQuerySet


class PayeeKind(models.TextChoices):
    """What the account's owner is (FUND_TRAOBJ_TYPE_CODE in short)."""

    PERSON = "person", _("person")
    ORGANISATION = "org", _("organisation")
    UNIT = "unit", _("budget unit")


class PayeeOrigin(models.TextChoices):
    """How it came into the register."""

    ENTERED = "entered", _("entered by hand")
    PAYMENT = "payment", _("paid before")
    IMPORT = "import", pgettext_lazy("payee", "from a file")


class PayeeQuerySet(ScopedQuerySet):
    """A unit sees organisations of its region, and the people that it pays itself."""

    def visible_to(self, actor: Actor) -> "PayeeQuerySet":
        if actor.reach != Reach.UNITS:
            return super().visible_to(actor)
        mine = ~Q(kind=PayeeKind.PERSON) | Q(unit__in=actor.unit_ids)
        return self.filter(mine, region=actor.region_id)

    def open(self) -> "PayeeQuerySet":
        return self.filter(is_open=True)


class Payee(models.Model):
    """An account and whose it is. `unit` is who brought it in; of `is_staff` it is the employer.

    `key` is the name as it is compared: the many middle dots, blanks and full-width letters make no difference.
    """

    region = models.ForeignKey(Region, verbose_name=_("region"), on_delete=models.PROTECT, related_name="+")
    league = models.ForeignKey(Region, null=True, editable=False, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(
        Unit, verbose_name=_("budget unit"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    kind = models.CharField(_("kind of payee"), max_length=6, choices=PayeeKind)
    name = models.CharField(
        _("payee"), max_length=140, help_text=_("Exactly as the bank has it, the middle dot of a name included.")
    )
    key = models.CharField(max_length=140, editable=False, db_index=True)
    account = EncryptedTextField(_("account of the payee"), validators=[ACCOUNT_NUMBER])
    account_index = BlindIndexField(source="account")
    bank_name = models.CharField(_("bank of the payee"), max_length=140, blank=True)
    bank_code = models.CharField(_("number of the bank"), max_length=12, blank=True, validators=[BANK_CODE])
    id_number = EncryptedTextField(_("ID number or unified social credit code"), blank=True)
    id_index = BlindIndexField(source="id_number")
    is_staff = models.BooleanField(_("staff of the unit"), default=False)
    is_open = models.BooleanField(pgettext_lazy("payee", "open"), default=True)
    closed_reason = models.CharField(_("why it is closed"), max_length=360, blank=True)
    origin = models.CharField(_("from where"), max_length=7, choices=PayeeOrigin, default=PayeeOrigin.ENTERED)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = PayeeQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("register", "payee")
        verbose_name_plural = pgettext_lazy("register", "payees")
        constraints = [
            models.UniqueConstraint(
                fields=["region", "account_index"],
                name="payee_account_once",
                violation_error_message=_("This account is in the register already."),
            ),
            models.CheckConstraint(
                condition=Q(is_staff=False) | Q(kind="person", unit__isnull=False),
                name="payee_staff_is_a_person",
                violation_error_message=_("Staff are people, and name the unit that employs them."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.masked_account}"

    def save(self, *args: object, **kwargs: object) -> None:
        self.key = name_key(self.name)
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def get_absolute_url(self) -> str:
        return reverse("disbursement:payee", args=[self.pk])

    @property
    def masked_account(self) -> str:
        """The last four digits."""
        return mask_account(self.account)

    @property
    def masked_id(self) -> str:
        """The first three and last four characters."""
        return mask_id(self.id_number)
