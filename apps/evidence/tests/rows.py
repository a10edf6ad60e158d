"""Rows of the log for tests of other apps."""

from unittest.mock import patch

from django.test import override_settings
from django.utils import timezone

from apps.evidence.models import Checkpoint, Peer
from apps.evidence.services import seal
from apps.evidence.services.checkpoints import make_checkpoint
from imbudget.kit.signing import SoftwareProvider

# The sealer's question without what open transactions hold back: the test's own is one.
ALL_READY = "SELECT id, leaf FROM evidence_entry WHERE batch_id IS NULL ORDER BY id LIMIT %s"


def make_signed_checkpoint() -> Checkpoint:
    """All that was recorded, sealed in this very transaction, and signed by a key of the tests."""
    with override_settings(SIGNING_KEY=b"\x07" * 32), patch("apps.evidence.services.sealing.READY", ALL_READY):
        seal()
        made = make_checkpoint("day")
    assert made is not None
    return made


def make_peer(origin: str = "budget.nmg.gov.cn/22") -> Peer:
    """Another installation that is a witness, and was not heard of yet."""
    key = SoftwareProvider(b"\x21" * 32).public_key("evidence")
    address = "https://peer.example/public/witness"
    return Peer.objects.create(
        name="兴安盟", origin=origin, public_key=key, address=address, next_try_at=timezone.now()
    )
