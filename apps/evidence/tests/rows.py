"""Rows of the log for tests of other apps."""

from unittest.mock import patch

from django.test import override_settings

from apps.evidence.models import Checkpoint
from apps.evidence.services import seal
from apps.evidence.services.checkpoints import make_checkpoint

# The sealer's question without what open transactions hold back: the test's own is one.
ALL_READY = "SELECT id, leaf FROM evidence_entry WHERE batch_id IS NULL ORDER BY id LIMIT %s"


def make_signed_checkpoint() -> Checkpoint:
    """All that was recorded, sealed in this very transaction, and signed by a key of the tests."""
    with override_settings(SIGNING_KEY=b"\x07" * 32), patch("apps.evidence.services.sealing.READY", ALL_READY):
        seal()
        made = make_checkpoint("day")
    assert made is not None
    return made
