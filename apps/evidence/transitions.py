"""The lives of an anchor and of what is known of a peer."""

from apps.evidence.models import AnchorState, PeerState
from imbudget.kit.transitions import Table

A, P = AnchorState, PeerState
OPEN = frozenset({A.WAITING, A.INCLUDED})
HEARD = frozenset({P.NEW, P.SOUND, P.SILENT})

ANCHOR: Table = {
    "wait": (OPEN, A.WAITING),  # also when a block is turned back
    "include": (OPEN, A.INCLUDED),
    "confirm": (OPEN, A.CONFIRMED),
    "clash": (OPEN, A.CONFLICT),
}
PEER: Table = {
    "answer": (HEARD | {P.BROKEN}, P.SOUND),
    "fall_silent": (HEARD, P.SILENT),
    "break": (HEARD | {P.BROKEN}, P.BROKEN),
}
