"""Entries, the batches that seal them, the log over all of them, its checkpoints, what was verified."""

from apps.evidence.models.entries import Batch, Entry, EntryQuerySet, XidField
from apps.evidence.models.log import Cause, Checkpoint, Log, Tile
from apps.evidence.models.verified import VerifiedState

__all__ = ["Batch", "Cause", "Checkpoint", "Entry", "EntryQuerySet", "Log", "Tile", "VerifiedState", "XidField"]
