"""The accounts that payments leave (零余额账户)."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.regions.models import Region, Unit
from imbudget.kit.fields import BlindIndexField, EncryptedTextField, mask_account
from imbudget.kit.querysets import ScopedQuerySet

BANK_CODE = RegexValidator(r"\A[0-9]{12}\Z", _("The number of a bank in the clearing system has 12 digits."))
ACCOUNT_NUMBER = RegexValidator(r"\A[0-9A-Z-]{4,34}\Z", _("An account number has 4 to 34 digits, letters or hyphens."))


class AccountKind(models.TextChoices):
    """Whose account without balance it is."""

    FINANCE = "finance", _("zero-balance account of the finance office")
    UNIT = "unit", _("zero-balance account of the unit")


class PayAccountQuerySet(ScopedQuerySet):
    """A unit sees its own accounts and those of its finance office."""

    def open(self) -> "PayAccountQuerySet":
        return self.filter(is_open=True)


class PayAccount(models.Model):
    """An account of a region's treasury (PAY_ACCT_*): it holds nothing, the clearing fills it for what was paid that day."""

    region = models.ForeignKey(Region, verbose_name=_("region"), on_delete=models.PROTECT, related_name="+")
    league = models.ForeignKey(Region, null=True, editable=False, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(
        Unit, verbose_name=_("budget unit"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    kind = models.CharField(_("kind of account"), max_length=7, choices=AccountKind)
    name = models.CharField(_("account name"), max_length=140)
    number = EncryptedTextField(_("account number"), validators=[ACCOUNT_NUMBER])
    number_index = BlindIndexField(source="number")
    bank_name = models.CharField(_("bank"), max_length=140)
    bank_code = models.CharField(_("number of the bank"), max_length=12, validators=[BANK_CODE])
    is_open = models.BooleanField(_("open"), default=True)

    objects = PayAccountQuerySet.as_manager()

    class Meta:
        verbose_name = _("account to pay from")
        verbose_name_plural = _("accounts to pay from")
        constraints = [
            models.UniqueConstraint(
                fields=["number_index"],
                name="pay_account_once",
                violation_error_message=_("There is an account with this number already."),
            ),
            models.CheckConstraint(
                condition=Q(kind="unit", unit__isnull=False) | Q(kind="finance", unit__isnull=True),
                name="pay_account_unit",
                violation_error_message=_("The account of a unit names its unit, that of the finance office none."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {mask_account(self.number)}"
