"""What each kind of document may do, and how it is booked: where the money comes from, where it goes, by which events.

No database and no Django beyond the names of things.
"""

from dataclasses import dataclass

from apps.ledger.models.account import Event
from apps.ledger.models.authority import AuthorityState as S
from apps.ledger.models.document import DocumentKind as K

NOWHERE = ""  # the revenue budget as an origin, out of the year's books as a target


@dataclass(frozen=True, slots=True)
class Booking:
    """One posting rule applied: whose account is debited and credited (`origin` or `target`), and in whose books."""

    event: str
    debit: str
    credit: str
    books: str


# (state it comes from, state it comes to, whether into next year) → the bookings, in their order.
BOOKINGS: dict[tuple[str, str, bool], tuple[Booking, ...]] = {
    (NOWHERE, S.UNALLOCATED, False): (Booking(Event.REVENUE, "target", "target", "target"),),
    (S.UNALLOCATED, S.UNALLOCATED, False): (Booking(Event.REARRANGED, "target", "origin", "target"),),
    (S.UNALLOCATED, S.PENDING, False): (Booking(Event.ALLOCATED, "target", "origin", "target"),),
    (S.PENDING, S.EXECUTABLE, False): (Booking(Event.ISSUED, "target", "origin", "target"),),
    (S.UNALLOCATED, S.EXECUTABLE, False): (
        Booking(Event.ALLOCATED, "target", "origin", "target"),
        Booking(Event.ISSUED, "target", "target", "target"),
    ),
    # The yearly approval (批复) is one document: the revenue budget is booked, allocated and issued line by line.
    (NOWHERE, S.EXECUTABLE, False): (
        Booking(Event.REVENUE, "target", "target", "target"),
        Booking(Event.ALLOCATED, "target", "target", "target"),
        Booking(Event.ISSUED, "target", "target", "target"),
    ),
    (S.EXECUTABLE, S.EXECUTABLE, False): (Booking(Event.REALLOCATED, "target", "origin", "target"),),
    (S.EXECUTABLE, S.UNALLOCATED, False): (Booking(Event.RECOVERED, "target", "origin", "target"),),
    (S.UNALLOCATED, S.SENT, False): (Booking(Event.SENT, "target", "origin", "target"),),
}
YEAR_END = {
    S.EXECUTABLE: (Event.CLEARED_EXECUTABLE, Event.FORWARD_EXECUTABLE),
    S.PENDING: (Event.CLEARED_PENDING, Event.FORWARD_PENDING),
    S.UNALLOCATED: (Event.CLEARED_UNALLOCATED, Event.FORWARD_UNALLOCATED),
}
for state, (cleared, forward) in YEAR_END.items():
    out = Booking(cleared, "origin", "origin", "origin")
    BOOKINGS[state, NOWHERE, False] = (out,)
    BOOKINGS[state, state, True] = (out, Booking(forward, "target", "target", "target"))

SAME_YEAR_END = frozenset((state, state, True) for state in YEAR_END)
ADDS = frozenset({(S.UNALLOCATED, S.EXECUTABLE, False)})
CUTS = frozenset({(S.EXECUTABLE, S.UNALLOCATED, False)})
RECEIVES = frozenset({(NOWHERE, S.UNALLOCATED, False)})
# Kind of document → the moves its lines may make.
MOVES: dict[str, frozenset[tuple[str, str, bool]]] = {
    K.REVENUE: RECEIVES,
    K.ALLOCATION: frozenset({(S.UNALLOCATED, S.PENDING, False), (S.UNALLOCATED, S.UNALLOCATED, False)}),
    K.ISSUE: frozenset({(S.PENDING, S.EXECUTABLE, False)}),
    K.APPROVAL: ADDS | {(NOWHERE, S.EXECUTABLE, False)},
    K.SUPPLEMENT: ADDS,
    K.CUT: CUTS,
    K.RECOVERY: CUTS,
    K.ADJUSTMENT: RECEIVES | ADDS | CUTS,
    K.REALLOCATION: frozenset({(S.EXECUTABLE, S.EXECUTABLE, False)}),
    K.TRANSFER: frozenset({(S.UNALLOCATED, S.SENT, False)}),
    K.CARRY_OVER: SAME_YEAR_END,
    K.WRITE_OFF: frozenset((state, NOWHERE, False) for state in YEAR_END),
}
# Kinds that rest on a decision which the document must name.
NEED_BASIS = frozenset({K.APPROVAL, K.ADJUSTMENT, K.REVENUE})
NEED_REASON = frozenset({K.CUT, K.RECOVERY, K.REALLOCATION, K.WRITE_OFF})
