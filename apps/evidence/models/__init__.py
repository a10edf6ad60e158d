"""Entries, the batches that seal them, the log over all of them, its checkpoints."""

from apps.evidence.models.entries import Batch, Entry, EntryQuerySet, XidField
from apps.evidence.models.log import Cause, Checkpoint, Log, Tile

__all__ = ["Batch", "Cause", "Checkpoint", "Entry", "EntryQuerySet", "Log", "Tile", "XidField"]
