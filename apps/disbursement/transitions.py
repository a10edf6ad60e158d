"""The arrows of requests, vouchers and messages; what each does with money stands beside it."""

from apps.disbursement.models import ContractState as C
from apps.disbursement.models import DayState, DifferenceState
from apps.disbursement.models import InState as I
from apps.disbursement.models import OutState as O
from apps.disbursement.models import PlanState as P
from apps.disbursement.models import RequestState as R
from apps.disbursement.models import VoucherState as V

REQUEST = {
    "submit": (frozenset({R.DRAFT, R.RETURNED}), R.SUBMITTED),  # reserves
    "stop": (frozenset({R.SUBMITTED}), R.STOPPED),  # what is reserved stays so
    "withdraw": (frozenset({R.SUBMITTED, R.STOPPED}), R.DRAFT),  # releases
    "return": (frozenset({R.SUBMITTED}), R.RETURNED),  # releases
    "refuse": (frozenset({R.SUBMITTED}), R.REFUSED),  # releases
    "abandon": (frozenset({R.DRAFT, R.RETURNED}), R.WITHDRAWN),
    "approve": (frozenset({R.SUBMITTED}), R.APPROVED),
    "pay": (frozenset({R.APPROVED}), R.PAID),  # reserved becomes paid
    "pay_part": (frozenset({R.APPROVED}), R.PART),  # what failed is released
    "fail": (frozenset({R.APPROVED}), R.FAILED),  # releases
}

# Messages come late and out of order: a receipt may be there before we know that the order was taken.
VOUCHER = {
    "send": (frozenset({V.MADE}), V.SENT),
    "take": (frozenset({V.MADE, V.SENT}), V.TAKEN),
    "answer": (frozenset({V.MADE, V.SENT, V.TAKEN}), V.ANSWERED),
    "refuse": (frozenset({V.MADE, V.SENT, V.TAKEN}), V.REFUSED),
    "give_up": (frozenset({V.MADE, V.SENT}), V.REFUSED),
}

OUT_MESSAGE = {
    "send": (frozenset({O.WAITING}), O.SENT),
    "refuse": (frozenset({O.WAITING}), O.REFUSED),
    "again": (frozenset({O.SENT, O.REFUSED}), O.WAITING),
}

IN_MESSAGE = {
    "take": (frozenset({I.NEW}), I.DONE),
    "refuse": (frozenset({I.NEW}), I.REFUSED),
    "again": (frozenset({I.REFUSED}), I.NEW),
}

DAY = {
    "close": (frozenset({DayState.OPEN}), DayState.CLOSED),
    "reopen": (frozenset({DayState.CLOSED}), DayState.OPEN),
}

DIFFERENCE = {
    "explain": (frozenset({DifferenceState.OPEN, DifferenceState.EXPLAINED}), DifferenceState.EXPLAINED),
    "accept": (frozenset({DifferenceState.EXPLAINED}), DifferenceState.ACCEPTED),
    "reject": (frozenset({DifferenceState.EXPLAINED}), DifferenceState.OPEN),
}

CONTRACT = {
    "submit": (frozenset({C.DRAFT, C.RETURNED}), C.SUBMITTED),
    "withdraw": (frozenset({C.SUBMITTED}), C.DRAFT),
    "return": (frozenset({C.SUBMITTED}), C.RETURNED),
    "refuse": (frozenset({C.SUBMITTED}), C.REFUSED),
    "approve": (frozenset({C.SUBMITTED}), C.ACTIVE),
    "close": (frozenset({C.ACTIVE}), C.CLOSED),
}

PLAN = {
    "submit": (frozenset({P.DRAFT, P.RETURNED}), P.SUBMITTED),
    "withdraw": (frozenset({P.SUBMITTED}), P.DRAFT),
    "return": (frozenset({P.SUBMITTED}), P.RETURNED),
    "refuse": (frozenset({P.SUBMITTED}), P.REFUSED),
    "approve": (frozenset({P.SUBMITTED}), P.APPROVED),
}
