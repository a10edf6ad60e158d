"""What tests of other floors write to the evidence with, as if an act of theirs had done it."""

from apps.evidence.services import append
from apps.evidence.services.checkpoints import make_checkpoint
from apps.evidence.services.sealing import seal

__all__ = ["append", "make_checkpoint", "seal"]
