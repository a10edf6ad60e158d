"""Entries and the batches that seal them. Rows are inserted once; triggers refuse everything else."""

from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.evidence.canonical import FIELDS, HASH_OF, V1, canonical_bytes, leaf_of
from apps.evidence.vocabulary import label_of
from imbudget.kit.actor import Actor, Reach


class XidField(models.BigIntegerField):
    """PostgreSQL's 64-bit transaction id; given by the database."""

    def db_type(self, connection: Any) -> str:
        return "xid8"


class Batch(models.Model):
    """Entries sealed together: an RFC 6962 tree over their leaves, a head that chains the batches, a stretch of the log.

    `first` is the place of its first entry in the log of all entries, counted from 0.
    """

    number = models.PositiveBigIntegerField(_("number"), primary_key=True)
    size = models.PositiveIntegerField(_("entries"))
    first = models.PositiveBigIntegerField(_("first place in the log"), unique=True)
    root = models.BinaryField(max_length=32)
    previous_head = models.BinaryField(max_length=32)
    head = models.BinaryField(max_length=32)
    sealed_at = models.DateTimeField(_("sealed at"), auto_now_add=True)
    xid = XidField(null=True, editable=False)  # of the sealing, given by the database: later ones are dated later

    class Meta:
        verbose_name = _("sealed batch")
        verbose_name_plural = _("sealed batches")
        ordering = ["number"]

    def __str__(self) -> str:
        return f"№ {self.number}"


class EntryQuerySet(models.QuerySet):
    """Entries, scoped by the region code they carry (they outlive the rows of the tree)."""

    def visible_to(self, actor: Actor) -> "EntryQuerySet":
        if not (actor.can("evidence.see") or actor.can("audit.administer")):
            return self.none()
        if actor.reach == Reach.EVERYTHING or actor.can("audit.administer"):
            return self.all()
        if actor.reach == Reach.LEAGUE:
            return self.filter(region_code__startswith=actor.region_code[:4])
        return self.filter(region_code=actor.region_code)

    def for_list(self) -> "EntryQuerySet":
        return self


class Entry(models.Model):
    """One key operation: who did what to what, in which post, from where, with which facts, all as text."""

    event = models.CharField(_("operation"), max_length=80)
    subject_type = models.CharField(max_length=80)
    subject_id = models.CharField(max_length=40)
    subject_label = models.CharField(_("subject"), max_length=400)
    actor_id = models.CharField(max_length=40)
    actor_name = models.CharField(pgettext_lazy("operation", "person"), max_length=150)
    post_label = models.CharField(_("post"), max_length=250)
    region_code = models.CharField(_("region"), max_length=9, blank=True)
    address = models.CharField(_("address"), max_length=45, blank=True)
    facts = models.JSONField(_("facts"), default=dict)
    recorded_at = models.DateTimeField(_("recorded at"))
    leaf = models.BinaryField(max_length=32)
    version = models.PositiveSmallIntegerField(default=V1, editable=False)  # format of what the leaf is computed over
    xid = XidField(null=True, editable=False)
    batch = models.ForeignKey(
        Batch, verbose_name=_("sealed batch"), null=True, on_delete=models.PROTECT, related_name="entries"
    )
    position = models.PositiveIntegerField(null=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("recorded operation")
        verbose_name_plural = _("recorded operations")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "-id"]),
            models.Index(fields=["region_code", "-id"]),
            models.Index(fields=["id"], condition=models.Q(batch=None), name="evidence_unsealed"),
        ]
        constraints = [models.UniqueConstraint(fields=["batch", "position"], name="evidence_place_once")]

    def __str__(self) -> str:
        return f"{self.event} {self.subject_label}"

    def get_absolute_url(self) -> str:
        return reverse("evidence:entry", args=[self.pk])

    @property
    def place(self) -> int | None:
        """Its place in the log of all entries, counted from 0; None while it is not sealed."""
        if self.batch is None or self.position is None:
            return None
        return int(self.batch.first + self.position - 1)

    @property
    def body(self) -> bytes:
        """The bytes that its leaf is computed over."""
        values = {name: getattr(self, name) for name in FIELDS}
        return canonical_bytes(self.version, values, self.facts, self.recorded_at)

    @property
    def is_genuine(self) -> bool:
        """Whether its content still gives its leaf."""
        return self.version in HASH_OF and leaf_of(self.version, self.body) == bytes(self.leaf)

    @property
    def event_label(self) -> str:
        return label_of(self.event)
