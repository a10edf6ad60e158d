"""Pages of the record, pages of its log, and the log's interface for programs."""

from apps.evidence.views.api import CheckpointJson, ConsistencyJson, KeyJson, ProofJson
from apps.evidence.views.entries import EntryList, EntryPage
from apps.evidence.views.log import CheckpointList, CheckpointPage

__all__ = [
    "CheckpointJson",
    "CheckpointList",
    "CheckpointPage",
    "ConsistencyJson",
    "EntryList",
    "EntryPage",
    "KeyJson",
    "ProofJson",
]
