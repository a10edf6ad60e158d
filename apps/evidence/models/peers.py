"""Other installations, whose logs we witness as they witness ours: what we were told of them, and what did not fit."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from imbudget.kit.actor import Actor
from imbudget.kit.transitions import Stateful


class PeerQuerySet(models.QuerySet):
    """Peers: names, keys and heads only, the same for everybody who may read the record."""

    def visible_to(self, actor: Actor) -> "PeerQuerySet":
        return self.all() if actor.can("evidence.see") or actor.can("audit.administer") else self.none()

    def for_list(self) -> "PeerQuerySet":
        return self

    def at_work(self) -> "PeerQuerySet":
        """Those that are asked."""
        return self.filter(ended_at=None)


class PeerState(models.TextChoices):
    """What the last look at a peer found."""

    NEW = "new", pgettext_lazy("peer", "not heard of yet")
    SOUND = "sound", pgettext_lazy("peer", "consistent")
    SILENT = "silent", pgettext_lazy("peer", "does not answer")
    BROKEN = "broken", pgettext_lazy("peer", "not consistent")


class Peer(Stateful):
    """Another installation: the name of its log, the key that signs it, and where its checkpoints are fetched.

    `address` is the beginning of its addresses (https), `folder` the name of a folder under EVIDENCE_PEER_FOLDERS; one of both.
    The key came on another way than the checkpoints. What `seen_number` and `seen_at` say is what the peer holds of our own log.
    """

    name = models.CharField(_("name"), max_length=100)
    origin = models.CharField(_("name of the log"), max_length=200)
    public_key = models.BinaryField(_("public key"), max_length=65)
    address = models.CharField(_("address"), max_length=300, blank=True)
    folder = models.CharField(_("folder"), max_length=64, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=PeerState, default=PeerState.NEW)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    error = models.CharField(_("failure"), max_length=400, blank=True)
    next_try_at = models.DateTimeField(_("next attempt"))
    heard_at = models.DateTimeField(_("last heard of"), null=True)
    seen_number = models.PositiveBigIntegerField(_("our checkpoint that it holds"), null=True)
    seen_at = models.DateTimeField(_("asked for it"), null=True)
    added_at = models.DateTimeField(_("added at"), auto_now_add=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    objects = PeerQuerySet.as_manager()

    class Meta:
        verbose_name = _("witness")
        verbose_name_plural = _("witnesses")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["origin"], condition=models.Q(ended_at=None), name="evidence_peer_of_log_once"
            ),
            models.CheckConstraint(
                condition=models.Q(address="") ^ models.Q(folder=""), name="evidence_peer_has_one_place"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("evidence:peer", args=[self.pk])


class PeerCheckpoint(models.Model):
    """A checkpoint of a peer that fitted to all before it; kept for ever, to be held against what the peer says later."""

    peer = models.ForeignKey(Peer, verbose_name=_("witness"), on_delete=models.PROTECT, related_name="checkpoints")
    number = models.PositiveBigIntegerField(_("number"))
    size = models.PositiveBigIntegerField(_("entries"))
    root = models.BinaryField(max_length=32)
    text = models.TextField()
    signature = models.BinaryField(max_length=200)
    kept_at = models.DateTimeField(_("kept since"), auto_now_add=True)

    class Meta:
        verbose_name = _("checkpoint of a peer")
        verbose_name_plural = _("checkpoints of peers")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["peer", "number"], name="evidence_peer_checkpoint_once")]

    def __str__(self) -> str:
        return f"№ {self.number}"


class PeerFault(models.Model):
    """What a peer signed, or said of us, that does not fit: the proof, kept for ever."""

    peer = models.ForeignKey(Peer, verbose_name=_("witness"), on_delete=models.PROTECT, related_name="faults")
    kind = models.CharField(_("kind"), max_length=20)
    text = models.TextField(blank=True)
    signature = models.BinaryField(max_length=200, default=b"")
    detail = models.CharField(_("facts"), max_length=400, blank=True)
    found_at = models.DateTimeField(_("found at"), auto_now_add=True)

    class Meta:
        verbose_name = _("fault of a peer")
        verbose_name_plural = _("faults of peers")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.kind
