"""Receipts out of the record."""

import base64
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.evidence.canonical import HASH_OF
from apps.evidence.merkle import BadProof, inclusion_holds
from apps.evidence.models import Batch, Checkpoint, Entry
from apps.evidence.receipts.writing import FORMAT, code_of, to_bytes
from apps.evidence.selectors.proofs import digest, inclusion_of
from imbudget.kit import registry
from imbudget.kit.errors import RuleViolation
from imbudget.kit.registry import Anchor


@dataclass(frozen=True, slots=True)
class Receipt:
    """A record with what proves it; without a checkpoint it is proved from `next_checkpoint` on."""

    entry: Entry
    body: dict[str, Any]
    checkpoint: Checkpoint | None
    anchors: tuple[Anchor, ...] = ()
    next_checkpoint: datetime | None = None

    @property
    def content(self) -> bytes:
        """The file."""
        return to_bytes(self.body)

    @property
    def code(self) -> str:
        """What the square code says; empty before the record is proved."""
        return code_of(self.entry.place or 0, bytes(self.entry.leaf)) if self.checkpoint else ""


def receipt_of(entry: Entry) -> Receipt:
    """The receipt of a record (read with its batch): up to the first checkpoint that it is under.

    Raises RuleViolation where the record or the log is not what it was: such a receipt would not hold.
    """
    if not entry.is_genuine:
        raise _damaged()
    checkpoint = checkpoint_over(entry.place)
    body: dict[str, Any] = {
        "format": FORMAT,
        "record": {"format": entry.version, "hash": HASH_OF[entry.version], "text": entry.body.decode()},
        "leaf": bytes(entry.leaf).hex(),
    }
    if checkpoint is None:
        due = next_checkpoint()
        more: dict[str, Any] = {
            "log": None,
            "proof": None,
            "checkpoint": None,
            "anchors": [],
            "next_checkpoint": due.isoformat(),
        }
        return Receipt(entry, body | more, None, next_checkpoint=due)
    try:
        shown = inclusion_of(entry, checkpoint.size)
    except (KeyError, BadProof):
        raise _damaged() from None
    if shown.root != bytes(checkpoint.root) or not inclusion_holds(
        digest(), shown.leaf, shown.place, shown.size, shown.proof, shown.root
    ):
        raise _damaged()
    anchors = anchors_of(checkpoint)
    body |= {
        "log": {"origin": checkpoint.text.partition("\n")[0], "place": shown.place},
        "proof": {"size": shown.size, "path": [one.hex() for one in shown.proof]},
        "checkpoint": {
            "text": checkpoint.text,
            "algorithm": checkpoint.algorithm,
            "key_id": checkpoint.key_id,
            "signature": base64.b64encode(bytes(checkpoint.signature)).decode(),
        },
        "anchors": [{"kind": one.kind, "name": one.name, "reference": one.reference} for one in anchors],
    }
    return Receipt(entry, body, checkpoint, anchors)


def _damaged() -> RuleViolation:
    return RuleViolation(
        _("The log does not prove this record: the record or the log was changed. Tell the audit administrator.")
    )


def checkpoint_over(place: int | None) -> Checkpoint | None:
    """The first checkpoint of a log that has this place."""
    if place is None:
        return None
    return Checkpoint.objects.filter(size__gt=place).order_by("size", "number").first()


def anchors_of(checkpoint: Checkpoint) -> tuple[Anchor, ...]:
    """Where else the checkpoint stands; empty where anchoring is not set up or has not happened yet."""
    return tuple(anchor for _key, ask in registry.checkpoint_anchors.items() for anchor in ask(checkpoint))


def next_checkpoint() -> datetime:
    """When the next checkpoint is due, at the earliest now."""
    last, now = Checkpoint.objects.first(), timezone.now()
    interval = timedelta(seconds=settings.EVIDENCE_CHECKPOINT_SECONDS)
    return max(now, last.made_at + interval) if last else now + interval


def entry_at(place: int, leaf: bytes) -> Entry | None:
    """The record at a place of the log, for whoever knows its leaf."""
    batch = Batch.objects.filter(first__lte=place).order_by("-first").first()
    if batch is None:
        return None
    position = place - batch.first + 1
    return Entry.objects.select_related("batch").filter(batch=batch, position=position, leaf=leaf).first()
