"""Entries, the batches that seal them, the log over all of them, its checkpoints, what was verified; versions of chained rows."""

from apps.evidence.models.entries import Batch, Entry, EntryQuerySet, XidField
from apps.evidence.models.log import Cause, Checkpoint, Log, Tile
from apps.evidence.models.rows import Op, RowChange, RowShape, RowVersion
from apps.evidence.models.verified import VerifiedState

__all__ = [
    "Batch",
    "Cause",
    "Checkpoint",
    "Entry",
    "EntryQuerySet",
    "Log",
    "Op",
    "RowChange",
    "RowShape",
    "RowVersion",
    "Tile",
    "VerifiedState",
    "XidField",
]
