"""Whether what a peer told fits to its key, to its log and to all that it told before. Pure but for the row it compares with."""

from datetime import datetime, timedelta

from apps.evidence import merkle
from apps.evidence.canonical import HASHES
from apps.evidence.models import Peer, PeerCheckpoint
from apps.evidence.receipts.checking import head_of_text
from apps.evidence.witnessing.told import Told
from imbudget.kit.crypto import sm3
from imbudget.kit.signing import verify

AHEAD = timedelta(hours=1)
# Kinds of what does not fit.
UNSIGNED, OTHER_LOG, FUTURE, OLDER = "unsigned", "other_log", "future", "older"
EQUIVOCATES, REWRITTEN, UNPROVED = "equivocates", "rewritten", "unproved"
OURS, FORGED = "ours", "forged"
# Two texts, both signed by the peer, of which no log can be both the beginning: it stays so, whatever the peer says later.
LASTING = frozenset({EQUIVOCATES, REWRITTEN, UNPROVED})


class Misfit(Exception):
    """What does not fit: its kind, and the sizes or names that show it."""

    def __init__(self, kind: str, detail: str = "") -> None:
        super().__init__(kind)
        self.kind, self.detail = kind, detail


def judge(peer: Peer, told: Told, now: datetime) -> bool:
    """Whether it is new and fits to all that is held of the peer; False for one that is held. Raises Misfit. Two queries."""
    if not verify(bytes(peer.public_key), sm3(told.text.encode()), told.signature):
        raise Misfit(UNSIGNED)
    if told.origin != peer.origin:
        raise Misfit(OTHER_LOG, told.origin[:200])
    if told.head.time - now > AHEAD:
        raise Misfit(FUTURE, told.head.time.isoformat())
    last = peer.checkpoints.order_by("-number").first()
    if last is None:
        return True
    if told.text == last.text:
        return False
    same = peer.checkpoints.filter(number=told.head.number).first()
    if same is not None and same.text != told.text:
        raise Misfit(EQUIVOCATES, _sizes(told, same))
    return _grown(told, last)


def _grown(told: Told, last: PeerCheckpoint) -> bool:
    head, said = told.head, _sizes(told, last)
    if head.number <= last.number or head.size < last.size:
        raise Misfit(OLDER, said)
    held = head_of_text(last.text)
    if held is None or held.hash != head.hash:
        raise Misfit(REWRITTEN, said)
    if head.size == last.size and head.root == bytes(last.root):
        return True
    if head.size == last.size:
        raise Misfit(EQUIVOCATES, said)
    known = told.old == last.size
    if not known or not merkle.consistency_holds(
        HASHES[head.hash], last.size, head.size, bytes(last.root), head.root, told.proof
    ):
        raise Misfit(UNPROVED, said)
    return True


def _sizes(told: Told, held: PeerCheckpoint) -> str:
    return f"№ {held.number}: {held.size} → № {told.head.number}: {told.head.size}"
