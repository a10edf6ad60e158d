"""The arrows of a project and of a request to change one."""

from apps.projects.models import ChangeState as C
from apps.projects.models import ProjectState as S

# On its way through the approval; the flow's stages say where exactly.
WAY = frozenset({S.UNIT_REVIEW, S.DEPARTMENT_REVIEW, S.DEPARTMENT_RESERVE, S.FINANCE_REVIEW})
STAGES = {
    str(S.UNIT_REVIEW): "reach_unit",
    str(S.DEPARTMENT_REVIEW): "reach_department",
    str(S.DEPARTMENT_RESERVE): "reach_reserve",
    str(S.FINANCE_REVIEW): "reach_finance",
}

PROJECT = {
    "submit": (frozenset({S.DRAFT, S.RETURNED}), S.UNIT_REVIEW),
    "reach_unit": (WAY, S.UNIT_REVIEW),
    "reach_department": (WAY, S.DEPARTMENT_REVIEW),
    "reach_reserve": (WAY, S.DEPARTMENT_RESERVE),
    "reach_finance": (WAY, S.FINANCE_REVIEW),
    "return": (WAY | {S.REVIEW_PENDING}, S.RETURNED),
    "withdraw": (WAY, S.DRAFT),
    "refuse": (WAY | {S.REVIEW_PENDING}, S.REFUSED),
    "await_review": (WAY, S.REVIEW_PENDING),
    "store": (WAY | {S.REVIEW_PENDING}, S.STORED),
    "review_again": (frozenset({S.STORED}), S.REVIEW_PENDING),
    "abandon": (frozenset({S.DRAFT, S.RETURNED}), S.ABANDONED),
    "terminate": (frozenset({S.STORED}), S.TERMINATED),
}

CHANGE = {
    "submit": (frozenset({C.DRAFT, C.RETURNED}), C.SUBMITTED),
    "return": (frozenset({C.SUBMITTED}), C.RETURNED),
    "withdraw": (frozenset({C.DRAFT, C.SUBMITTED, C.RETURNED}), C.WITHDRAWN),
    "apply": (frozenset({C.SUBMITTED}), C.APPLIED),
    "refuse": (frozenset({C.SUBMITTED}), C.REFUSED),
}
