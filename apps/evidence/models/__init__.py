"""Entries, the batches that seal them, the log over all of them, its checkpoints, what was verified; versions of chained rows.

And where checkpoints stand outside of this system, and those of other installations here.
"""

from apps.evidence.models.anchors import Anchor, AnchorState, WitnessState
from apps.evidence.models.entries import Batch, Entry, EntryQuerySet, XidField
from apps.evidence.models.log import Cause, Checkpoint, Log, Tile
from apps.evidence.models.peers import Peer, PeerCheckpoint, PeerFault, PeerState
from apps.evidence.models.rows import Op, RowChange, RowShape, RowVersion
from apps.evidence.models.verified import VerifiedState

__all__ = [
    "Anchor",
    "AnchorState",
    "Batch",
    "Cause",
    "Checkpoint",
    "Entry",
    "EntryQuerySet",
    "Log",
    "Op",
    "Peer",
    "PeerCheckpoint",
    "PeerFault",
    "PeerState",
    "RowChange",
    "RowShape",
    "RowVersion",
    "Tile",
    "VerifiedState",
    "WitnessState",
    "XidField",
]
