"""What keeps the records: blocks that seal them, the months they leave by, tallies of refusals, forwarding."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Block(models.Model):
    """Records of one month with numbers from `first` to `last`, sealed together; triggers refuse every change.

    `leaves` has 16 bytes for each record in the order of the numbers: its number and the beginning of its SM3 digest, so
    that a record that was changed, removed or added is named. The SM3 digest over all of them stands in the evidence.
    """

    month = models.DateField(_("month"))
    first = models.BigIntegerField()
    last = models.BigIntegerField()
    rows = models.PositiveIntegerField(_("rows"))
    leaves = models.BinaryField()
    digest = models.BinaryField(max_length=32)
    sealed_at = models.DateTimeField(_("sealed at"))

    class Meta:
        verbose_name = _("sealed part of the audit log")
        verbose_name_plural = _("sealed parts of the audit log")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["month", "first"], name="audit_block_once")]
        indexes = [models.Index(fields=["last"], name="audit_block_last")]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.first}–{self.last}"


class Month(models.Model):
    """A month that takes no more records: how many, the digest over its blocks, its file, and when it left the database."""

    month = models.DateField(_("month"), primary_key=True)
    rows = models.PositiveBigIntegerField(_("rows"))
    digest = models.CharField(_("digest (SM3)"), max_length=64)
    closed_at = models.DateTimeField(_("closed at"))
    file = models.CharField(_("file"), max_length=200, blank=True)
    file_digest = models.CharField(_("digest of the file (SM3)"), max_length=64, blank=True)
    dropped_at = models.DateTimeField(_("removed at"), null=True)

    class Meta:
        verbose_name = _("month of the audit log")
        verbose_name_plural = _("months of the audit log")
        ordering = ["-month"]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class Tally(models.Model):
    """How often the same refusal came from the same source in one minute; only the first one is a record at once."""

    minute = models.DateTimeField()
    kind = models.CharField(max_length=80)
    source = models.CharField(max_length=60)
    route = models.CharField(max_length=120)
    count = models.PositiveIntegerField()
    who = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["minute", "kind", "source", "route"], name="audit_tally_once")]


class Forwarding(models.Model):
    """How far the log server outside has been told: one row for each of the two logs."""

    log = models.CharField(max_length=20, primary_key=True)
    told = models.BigIntegerField(default=0)
    told_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=400, blank=True)
