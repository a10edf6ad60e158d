"""What a person proves themselves with beside the password (GB/T 22239 8.1.4.1 d), and its loss."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.accounts.models.people import User
from apps.accounts.models.proposals import Decided
from imbudget.kit.fields import EncryptedTextField


class FactorKind(models.TextChoices):
    TOTP = "totp", _("authenticator app")
    PASSKEY = "passkey", _("passkey")
    CERTIFICATE = "certificate", _("certificate (UKey)")


class FactorQuerySet(models.QuerySet):
    """Factors; only those proved once and not taken away count."""

    def in_force(self) -> "FactorQuerySet":
        return self.filter(confirmed_at__isnull=False, ended_at=None)


class Factor(models.Model):
    """One second factor of a person; `ended_at` takes it away, the row stays.

    `secret` is the base32 key of one-time codes; `credential` names a passkey (base64url) or a certificate (SHA-256 of its
    DER bytes); `public_key` is a passkey's COSE key. `counter` is the last step whose code was used, or a passkey's count.
    """

    user = models.ForeignKey(User, verbose_name=_("user"), on_delete=models.PROTECT, related_name="factors")
    kind = models.CharField(_("kind"), max_length=12, choices=FactorKind)
    label = models.CharField(_("name"), max_length=100, blank=True)
    secret = EncryptedTextField(blank=True)
    credential = models.CharField(_("fingerprint"), max_length=1400, blank=True)
    public_key = models.TextField(blank=True)
    counter = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(_("added at"), auto_now_add=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(_("last used at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("removed at"), null=True, blank=True)

    objects = FactorQuerySet.as_manager()

    class Meta:
        verbose_name = _("second factor")
        verbose_name_plural = _("second factors")
        ordering = ["user", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["credential"], condition=~Q(credential="") & Q(ended_at=None), name="factor_of_one_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.label}".strip()


class RecoveryCode(models.Model):
    """A code for the day on which the telephone is gone: kept as a keyed hash, good once."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="recovery_codes")  # goes with its user
    digest = models.BinaryField()
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.user_id}"


class Attempts(models.Model):
    """Wrong second factors of a person since the last right one; the row is the lock of all that counts them."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, primary_key=True, related_name="attempts")
    failures = models.PositiveSmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.user_id} {self.failures}"


class FactorLoss(Decided):
    """A person has lost the second factor: the system administrator says so, the security administrator takes it away."""

    user = models.ForeignKey(User, verbose_name=_("user"), on_delete=models.PROTECT, related_name="losses")
    reason = models.CharField(_("what happened, and how the person was recognised"), max_length=400)

    class Meta:
        verbose_name = _("loss of a second factor")
        verbose_name_plural = _("losses of second factors")
        ordering = ["-asked_at"]
        constraints = [
            *Decided.Meta.constraints,
            models.UniqueConstraint(fields=["user"], condition=Q(state="waiting"), name="loss_once_at_a_time"),
        ]

    def __str__(self) -> str:
        return str(self.user)
