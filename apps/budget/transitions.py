"""The arrows of a budget sheet, of a compilation, of a control figure, of head counts and of a standard."""

from apps.budget.models import CompilationState as C
from apps.budget.models import ControlState as F
from apps.budget.models import SheetState as S
from apps.budget.models import StaffChangeState as N
from apps.budget.models import StandardChangeState as T

SHEET = {
    "submit": (frozenset({S.DRAFT, S.RETURNED}), S.SUBMITTED),
    "recall": (frozenset({S.SUBMITTED}), S.DRAFT),
    "accept": (frozenset({S.SUBMITTED}), S.ACCEPTED),
    "send_back": (frozenset({S.SUBMITTED}), S.RETURNED),
    "reopen": (frozenset({S.ACCEPTED}), S.RETURNED),
}

COMPILATION = {
    "compile": (frozenset({C.OPEN, C.RETURNED}), C.COMPILED),
    "reopen": (frozenset({C.COMPILED}), C.OPEN),
    "report": (frozenset({C.COMPILED}), C.REPORTED),
    "withdraw": (frozenset({C.REPORTED}), C.COMPILED),
    "receive": (frozenset({C.REPORTED}), C.ACCEPTED),
    "send_back": (frozenset({C.REPORTED}), C.RETURNED),
    "reopen_report": (frozenset({C.ACCEPTED}), C.RETURNED),
}

CONTROL = {
    "issue": (frozenset({F.DRAFT}), F.ISSUED),
    "replace": (frozenset({F.ISSUED}), F.REPLACED),
}

STAFF_CHANGE = {
    "submit": (frozenset({N.RETURNED}), N.SUBMITTED),
    "approve": (frozenset({N.SUBMITTED}), N.APPROVED),
    "enforce": (frozenset({N.APPROVED}), N.IN_FORCE),
    "return": (frozenset({N.SUBMITTED}), N.RETURNED),
    "refuse": (frozenset({N.SUBMITTED}), N.REFUSED),
    "withdraw": (frozenset({N.SUBMITTED, N.RETURNED}), N.WITHDRAWN),
}

STANDARD_CHANGE = {
    "submit": (frozenset({T.RETURNED}), T.SUBMITTED),
    "enforce": (frozenset({T.SUBMITTED}), T.IN_FORCE),
    "return": (frozenset({T.SUBMITTED}), T.RETURNED),
    "refuse": (frozenset({T.SUBMITTED}), T.REFUSED),
    "withdraw": (frozenset({T.SUBMITTED, T.RETURNED}), T.WITHDRAWN),
}
