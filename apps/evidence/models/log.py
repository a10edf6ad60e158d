"""The log over all entries: its tiles of hashes, and the signed checkpoints of its head."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from imbudget.kit.actor import Actor


class Log(models.Model):
    """The one log of this system: its name in checkpoints, and its hash, which stays the same for ever.

    The database refuses entries whose leaves are made by another hash.
    """

    origin = models.CharField(_("name of the log"), max_length=200)
    algorithm = models.CharField(_("hash"), max_length=10)
    opened_at = models.DateTimeField(_("opened at"), auto_now_add=True)

    class Meta:
        verbose_name = _("log")
        verbose_name_plural = _("logs")
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="evidence_one_log")]

    def __str__(self) -> str:
        return self.origin


class Tile(models.Model):
    """Up to 256 hashes of one level of the tree that stand side by side (`merkle`); it only ever grows at its end."""

    level = models.PositiveSmallIntegerField()
    number = models.PositiveBigIntegerField()
    hashes = models.BinaryField()

    class Meta:
        verbose_name = _("tile of the log")
        verbose_name_plural = _("tiles of the log")
        constraints = [models.UniqueConstraint(fields=["level", "number"], name="evidence_tile_once")]

    def __str__(self) -> str:
        return f"{self.level}/{self.number}"


class Cause(models.TextChoices):
    """Why a checkpoint was made."""

    INTERVAL = "interval", _("at the set interval")
    DAY = "day", _("at the end of the day")


class CheckpointQuerySet(models.QuerySet):
    """Checkpoints: heads and signatures only, the same for everybody who may read the record."""

    def visible_to(self, actor: Actor) -> "CheckpointQuerySet":
        return self.all() if actor.can("evidence.see") or actor.can("audit.administer") else self.none()

    def for_list(self) -> "CheckpointQuerySet":
        return self


class Checkpoint(models.Model):
    """What the log is at a moment: how many entries, their head, the time, signed. `text` is what was signed, to the byte."""

    number = models.PositiveBigIntegerField(_("number"), primary_key=True)
    size = models.PositiveBigIntegerField(_("entries"))
    root = models.BinaryField(max_length=32)
    text = models.TextField()
    algorithm = models.CharField(_("algorithm"), max_length=20)
    key_id = models.CharField(_("signing key"), max_length=64)
    public_key = models.BinaryField(max_length=200)
    signature = models.BinaryField(max_length=200)
    cause = models.CharField(_("occasion"), max_length=10, choices=Cause)
    made_at = models.DateTimeField(_("made at"))

    objects = CheckpointQuerySet.as_manager()

    class Meta:
        verbose_name = _("checkpoint")
        verbose_name_plural = _("checkpoints")
        ordering = ["-number"]
        indexes = [models.Index(fields=["size"], name="evidence_checkpoint_size")]

    def __str__(self) -> str:
        return f"№ {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("evidence:checkpoint", args=[self.pk])
