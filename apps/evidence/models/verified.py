"""What a verification found sound: where the next one may go on from."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class VerifiedState(models.Model):
    """The log up to `size` was verified and nothing was wrong; `text` is what was signed of it, to the byte.

    `since` is the size up to which the verification before was relied upon: 0 where all was read.
    """

    number = models.PositiveBigIntegerField(_("number"), primary_key=True)
    size = models.PositiveBigIntegerField(_("entries"))
    since = models.PositiveBigIntegerField(_("read from"))
    text = models.TextField()
    public_key = models.BinaryField(max_length=200)
    signature = models.BinaryField(max_length=200)
    made_at = models.DateTimeField(_("verified at"))

    class Meta:
        verbose_name = _("verification of the log")
        verbose_name_plural = _("verifications of the log")
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"№ {self.number}"
