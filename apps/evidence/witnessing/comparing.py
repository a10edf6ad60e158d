"""All that stands outside of this system held against what stands here: the chain, the folder, what peers hold of our log."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from apps.evidence.anchoring import comparing as chain
from apps.evidence.anchoring.standing import OnChain, outside
from apps.evidence.models import Anchor, AnchorState, Peer, PeerState
from apps.evidence.witnessing import folder
from apps.evidence.witnessing.judging import OURS

LATE = timedelta(hours=1)


def faults(newest: int | None = None) -> tuple[list[str], list[str]]:
    """(what does not fit, what could not be asked), a sentence each; only the newest checkpoints where a number is given."""
    found: list[str] = []
    unasked: list[str] = []
    try:
        found += [f"chain: {each}" for each in chain.faults(newest)]
    except chain.NotAsked as error:
        unasked.append(f"the chain cannot be asked: {error}")
    try:
        found += [f"folder: {each}" for each in folder.faults(newest)]
    except OSError as error:
        unasked.append(f"the folder of checkpoints cannot be read: {error.strerror or type(error).__name__}")
    found += [f"witness {peer}: its log is not consistent ({peer.error})" for peer in _broken()]
    found += [f"witness {peer}: it holds a checkpoint of ours that our log does not have" for peer in _against_us()]
    unasked += [f"witness {peer}: it has not answered: {peer.error}" for peer in _silent()]
    unasked += _late()
    return found, unasked


def told_in_words() -> str:
    """How it stands, for the operator."""
    at = outside()
    if at.is_alone:
        return "nothing outside holds a checkpoint: no chain, no folder and no witness is set up"
    chain_told = f"chain {at.chain.chain_id} up to checkpoint {_newest(at.chain)}" if at.chain else "no chain"
    folder_told = f"folder up to checkpoint {at.folder.told}" if at.folder else "no folder"
    return f"{chain_told}, {folder_told}, {at.peers} witnesses"


def _newest(at: OnChain) -> int:
    return at.newest.checkpoint_id if at.newest else 0


def _broken() -> list[Peer]:
    return list(Peer.objects.at_work().filter(state=PeerState.BROKEN))


def _against_us() -> list[Peer]:
    return list(Peer.objects.at_work().filter(faults__kind=OURS).distinct())


def _silent() -> list[Peer]:
    limit = timezone.now() - max(LATE, timedelta(seconds=3 * settings.EVIDENCE_PEER_SECONDS))
    silent = Peer.objects.at_work().filter(state=PeerState.SILENT)
    return [peer for peer in silent if (peer.heard_at or peer.added_at) < limit]


def _late() -> list[str]:
    """Anchors that hang, and a folder that takes nothing."""
    at, limit = outside(), timezone.now() - LATE
    told = []
    if at.chain is not None:
        hanging = Anchor.objects.filter(state__in=(AnchorState.WAITING, AnchorState.INCLUDED), prepared_at__lt=limit)
        hangs = hanging.order_by("checkpoint_id").first()
        if hangs is not None:
            told.append(f"checkpoint {hangs.checkpoint_id} is not confirmed on the chain: {hangs.error or 'no word'}")
    if at.folder is not None and at.folder.error:
        told.append(f"the folder does not take checkpoints: {at.folder.error}")
    return told
