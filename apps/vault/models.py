"""Data keys, wrapped; what is asked of them by two people; how far a rotation has come."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from imbudget.kit.transitions import Stateful


class DataKey(Stateful):
    """A secret from which the keys of all encrypted columns are derived, wrapped under a key that is not in the database.

    One for all columns: each column's own key is derived from it, so that a rotation is one act and a process unwraps
    once. `number` stands in the head of each value. The key that encrypts is the one with the latest `in_use_from` that has
    come: a moment ahead, so that all processes change at once. `empty_since`: nothing lies under it any more.
    """

    class State(models.TextChoices):
        MADE = "made", pgettext_lazy("encryption key", "made")
        IN_USE = "in_use", pgettext_lazy("encryption key", "in use")
        RETIRED = "retired", pgettext_lazy("encryption key", "retired")
        DESTROYED = "destroyed", pgettext_lazy("encryption key", "destroyed")

    number = models.PositiveIntegerField(_("version"), unique=True)
    algorithm = models.CharField(_("algorithm"), max_length=10, choices=[("sm4", "SM4-GCM"), ("aes256", "AES-256-GCM")])
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.MADE)
    wrapped = models.BinaryField(blank=True)
    made_at = models.DateTimeField(pgettext_lazy("encryption key", "made at"))
    made_by = models.CharField(pgettext_lazy("encryption key", "made by"), max_length=150)
    in_use_from = models.DateTimeField(pgettext_lazy("encryption key", "in use from"), null=True, blank=True)
    retired_at = models.DateTimeField(pgettext_lazy("encryption key", "retired at"), null=True, blank=True)
    empty_since = models.DateTimeField(_("nothing encrypted since"), null=True, blank=True)
    destroyed_at = models.DateTimeField(pgettext_lazy("encryption key", "destroyed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("encryption key")
        verbose_name_plural = _("encryption keys")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["state"], condition=models.Q(state="in_use"), name="vault_one_data_key_in_use"
            ),
            models.CheckConstraint(
                condition=models.Q(state="destroyed", wrapped=b"")
                | (~models.Q(state="destroyed") & ~models.Q(wrapped=b"")),
                name="vault_destroyed_key_is_gone",
            ),
        ]

    def __str__(self) -> str:
        return f"vault:{self.number}"

    @property
    def context(self) -> bytes:
        """What is authenticated with the wrapped bytes: they unwrap in this row only."""
        return f"imbudget data key {self.number} {self.algorithm}".encode()


class KeyDestruction(Stateful):
    """That a key shall be destroyed: proposed by the security administrator, decided by the audit administrator."""

    class State(models.TextChoices):
        PROPOSED = "proposed", pgettext_lazy("destruction of a key", "proposed")
        CONFIRMED = "confirmed", pgettext_lazy("destruction of a key", "confirmed, destroyed")
        REFUSED = "refused", pgettext_lazy("destruction of a key", "refused")

    key = models.ForeignKey(DataKey, models.PROTECT, related_name="destructions", verbose_name=_("encryption key"))
    reason = models.CharField(_("reason"), max_length=400)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PROPOSED)
    proposer_id = models.BigIntegerField(editable=False)
    proposer_name = models.CharField(pgettext_lazy("destruction of a key", "proposed by"), max_length=150)
    proposed_at = models.DateTimeField(pgettext_lazy("destruction of a key", "proposed at"))
    decider_id = models.BigIntegerField(null=True, editable=False)
    decider_name = models.CharField(pgettext_lazy("destruction of a key", "decided by"), max_length=150, blank=True)
    decided_at = models.DateTimeField(pgettext_lazy("destruction of a key", "decided at"), null=True, blank=True)

    class Meta:
        verbose_name = _("destruction of a key")
        verbose_name_plural = _("destructions of keys")
        ordering = ["-proposed_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["key"], condition=models.Q(state="proposed"), name="vault_one_open_destruction"
            ),
            models.CheckConstraint(
                condition=models.Q(state="proposed", decider_id=None)
                | (models.Q(decider_id__isnull=False) & ~models.Q(decider_id=models.F("proposer_id"))),
                name="vault_two_persons_destroy",
            ),
        ]

    def __str__(self) -> str:
        return str(self.key)


class RotationStep(models.Model):
    """How far the rotation of one encrypted column to one key has come; a killed rotation goes on behind `last`."""

    place = models.CharField(max_length=150)
    target = models.CharField(max_length=80)
    last = models.CharField(max_length=80, blank=True)
    changed = models.BigIntegerField(default=0)
    begun_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["place", "target"], name="vault_one_step_a_place")]

    def __str__(self) -> str:
        return f"{self.place} → {self.target}"
