"""The arrows of everything in the review that has a state."""

from apps.review.models import (
    ConclusionState,
    DossierState,
    DrawState,
    ExpertState,
    MemberState,
    ObjectionState,
    PublicityState,
    ReviewState,
    SheetState,
)

EXPERT = {
    "submit": (frozenset({ExpertState.APPLIED, ExpertState.REFUSED}), ExpertState.SUBMITTED),
    "return": (frozenset({ExpertState.SUBMITTED}), ExpertState.APPLIED),
    "admit": (frozenset({ExpertState.SUBMITTED}), ExpertState.ADMITTED),
    "refuse": (frozenset({ExpertState.APPLIED, ExpertState.SUBMITTED}), ExpertState.REFUSED),
    "suspend": (frozenset({ExpertState.ADMITTED}), ExpertState.SUSPENDED),
    "resume": (frozenset({ExpertState.SUSPENDED}), ExpertState.ADMITTED),
    "remove": (frozenset({ExpertState.ADMITTED, ExpertState.SUSPENDED}), ExpertState.REMOVED),
}
DOSSIER = {
    "store": (frozenset({DossierState.OPEN}), DossierState.STORED),
    "return": (frozenset({DossierState.OPEN}), DossierState.RETURNED),
    "refuse": (frozenset({DossierState.OPEN}), DossierState.REFUSED),
}
REVIEW = {
    "form": (frozenset({ReviewState.PREPARING, ReviewState.FORMING}), ReviewState.FORMING),  # a panel has been drawn
    "score": (frozenset({ReviewState.FORMING}), ReviewState.SCORING),  # every seat is taken by a declared expert
    "replace": (
        frozenset({ReviewState.SCORING, ReviewState.DISCUSSION}),
        ReviewState.FORMING,
    ),  # a seat has become free again
    "discuss": (frozenset({ReviewState.SCORING}), ReviewState.DISCUSSION),  # every sheet of round 1 is in
    "conclude": (frozenset({ReviewState.SCORING, ReviewState.DISCUSSION}), ReviewState.CONCLUDING),
    "submit": (frozenset({ReviewState.CONCLUDING}), ReviewState.CONFIRMING),
    "return": (frozenset({ReviewState.CONFIRMING}), ReviewState.CONCLUDING),
    "confirm": (frozenset({ReviewState.CONFIRMING}), ReviewState.CONFIRMED),
    "publish": (frozenset({ReviewState.CONFIRMED}), ReviewState.PUBLISHED),
    "take_down": (frozenset({ReviewState.PUBLISHED}), ReviewState.CONFIRMED),
    "close": (frozenset({ReviewState.PUBLISHED}), ReviewState.CLOSED),
    "cancel": (
        frozenset(
            {
                ReviewState.PREPARING,
                ReviewState.FORMING,
                ReviewState.SCORING,
                ReviewState.DISCUSSION,
                ReviewState.CONCLUDING,
            }
        ),
        ReviewState.CANCELLED,
    ),
}
DRAW = {
    "allow": (frozenset({DrawState.REQUESTED}), DrawState.COMMITTED),
    "refuse": (frozenset({DrawState.REQUESTED}), DrawState.REFUSED),
    "void": (frozenset({DrawState.COMMITTED}), DrawState.REFUSED),  # committed to and never made
    "draw": (frozenset({DrawState.COMMITTED}), DrawState.DRAWN),
}
MEMBER = {
    "accept": (frozenset({MemberState.INVITED}), MemberState.ACCEPTED),
    "decline": (frozenset({MemberState.INVITED, MemberState.ACCEPTED}), MemberState.DECLINED),
    "declare": (frozenset({MemberState.ACCEPTED}), MemberState.DECLARED),
    "conflict": (frozenset({MemberState.INVITED, MemberState.ACCEPTED, MemberState.DECLARED}), MemberState.CONFLICTED),
    "miss": (frozenset({MemberState.INVITED, MemberState.ACCEPTED, MemberState.DECLARED}), MemberState.ABSENT),
    "dismiss": (frozenset({MemberState.INVITED, MemberState.ACCEPTED, MemberState.DECLARED}), MemberState.DISMISSED),
}
SHEET = {"submit": (frozenset({SheetState.DRAFT}), SheetState.SUBMITTED)}
CONCLUSION = {
    "submit": (frozenset({ConclusionState.DRAFT, ConclusionState.RETURNED}), ConclusionState.SUBMITTED),
    "return": (frozenset({ConclusionState.SUBMITTED}), ConclusionState.RETURNED),
    "confirm": (frozenset({ConclusionState.SUBMITTED}), ConclusionState.CONFIRMED),
}
PUBLICITY = {
    "end": (frozenset({PublicityState.RUNNING}), PublicityState.ENDED),
    "take_down": (frozenset({PublicityState.RUNNING}), PublicityState.TAKEN_DOWN),
}
OBJECTION = {
    "accept": (frozenset({ObjectionState.FILED}), ObjectionState.ACCEPTED),
    "not_accept": (frozenset({ObjectionState.FILED}), ObjectionState.NOT_ACCEPTED),
    "uphold": (frozenset({ObjectionState.ACCEPTED}), ObjectionState.UPHELD),
    "dismiss": (frozenset({ObjectionState.ACCEPTED}), ObjectionState.DISMISSED),
}
