"""Checkpoints outside of this system: in blocks of a chain, in a folder, with peers; and the checkpoints of those peers here."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.evidence.models.log import Checkpoint, CheckpointQuerySet
from imbudget.kit.transitions import Stateful


class AnchorState(models.TextChoices):
    """How far a checkpoint has come on the chain."""

    WAITING = "waiting", pgettext_lazy("anchor", "not in a block yet")
    INCLUDED = "included", pgettext_lazy("anchor", "in a block")
    CONFIRMED = "confirmed", pgettext_lazy("anchor", "confirmed")
    CONFLICT = "conflict", pgettext_lazy("anchor", "the chain holds another one")


class Anchor(Stateful):
    """One checkpoint on one chain. The transaction is kept before it is sent, so that a lost answer never makes a second one.

    `digest` is the SM3 of the checkpoint's text; `raw` the signed transaction, which anybody may see once it is sent.
    """

    checkpoint = models.ForeignKey(
        Checkpoint, verbose_name=_("checkpoint"), on_delete=models.PROTECT, related_name="anchors"
    )
    chain_id = models.PositiveBigIntegerField(_("chain"))
    contract = models.CharField(pgettext_lazy("chain", "contract"), max_length=42)
    account = models.CharField(pgettext_lazy("chain", "account"), max_length=42)
    digest = models.BinaryField(max_length=32)
    nonce = models.PositiveBigIntegerField(_("number of the transaction in its account"), null=True)
    transaction = models.CharField(_("transaction"), max_length=66, blank=True)
    raw = models.BinaryField(default=b"")
    state = models.CharField(_("state"), max_length=10, choices=AnchorState, default=AnchorState.WAITING)
    block = models.PositiveBigIntegerField(_("block"), null=True)
    block_hash = models.CharField(_("hash of the block"), max_length=66, blank=True)
    confirmations = models.PositiveIntegerField(_("confirmations"), default=0)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    error = models.CharField(_("failure"), max_length=400, blank=True)
    next_try_at = models.DateTimeField(_("next attempt"))
    prepared_at = models.DateTimeField(_("prepared at"))
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True)

    objects = CheckpointQuerySet.as_manager()

    class Meta:
        verbose_name = _("anchor of a checkpoint")
        verbose_name_plural = _("anchors of checkpoints")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["checkpoint", "chain_id", "contract"], name="evidence_anchored_once"),
            models.CheckConstraint(
                condition=~models.Q(state__in=("included", "confirmed")) | models.Q(block__isnull=False),
                name="evidence_anchor_has_block",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_try_at"],
                condition=models.Q(state__in=("waiting", "included")),
                name="evidence_anchor_open",
            ),
        ]

    def __str__(self) -> str:
        return f"№ {self.checkpoint_id} → {self.chain_id}"

    def get_absolute_url(self) -> str:
        return reverse("evidence:checkpoint", args=[self.checkpoint_id])


class WitnessState(models.Model):
    """How a way out of this system stands, by its name: `chain`, `folder`. What it last said, and what was wrong."""

    name = models.CharField(_("name"), max_length=20, primary_key=True)
    told = models.PositiveBigIntegerField(_("last number"), default=0)
    told_at = models.DateTimeField(_("last success"), null=True)
    failed_at = models.DateTimeField(_("last failure"), null=True)
    error = models.CharField(_("failure"), max_length=400, blank=True)
    facts = models.JSONField(_("facts"), default=dict)

    class Meta:
        verbose_name = _("state of a witness")
        verbose_name_plural = _("states of witnesses")

    def __str__(self) -> str:
        return self.name
