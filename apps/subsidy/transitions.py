"""The arrows of households, rosters and objections."""

from apps.subsidy.models import HouseholdState as H
from apps.subsidy.models import ObjectionState as O
from apps.subsidy.models import RosterState as R

HOUSEHOLD = {
    str(H.STOPPED): (frozenset({H.NORMAL}), H.STOPPED),
    str(H.VOID): (frozenset({H.NORMAL, H.STOPPED}), H.VOID),
    str(H.NORMAL): (frozenset({H.STOPPED, H.VOID}), H.NORMAL),
}

ROSTER = {
    "submit": (frozenset({R.DRAFT, R.RETURNED}), R.SUBMITTED),
    "withdraw": (frozenset({R.SUBMITTED}), R.DRAFT),
    "return": (frozenset({R.SUBMITTED}), R.RETURNED),
    "refuse": (frozenset({R.SUBMITTED}), R.ABANDONED),
    "abandon": (frozenset({R.DRAFT, R.RETURNED}), R.ABANDONED),
    "approve": (frozenset({R.SUBMITTED}), R.APPROVED),
    "publish": (frozenset({R.APPROVED}), R.PUBLISHED),
    "end": (frozenset({R.PUBLISHED}), R.READY),
}

OBJECTION = {
    "uphold": (frozenset({O.OPEN}), O.UPHELD),
    "dismiss": (frozenset({O.OPEN}), O.DISMISSED),
}
