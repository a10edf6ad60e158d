"""The arrows of a version of a form or flow, and of cases and tasks, which follow what the engine says."""

from apps.lowcode.models import CaseState as C
from apps.lowcode.models import TaskState as T
from apps.lowcode.models import VersionState as V
from imbudget.kit.transitions import Table

VERSION: Table = {
    "publish": (frozenset({V.DRAFT}), V.PUBLISHED),
    "retire": (frozenset({V.PUBLISHED}), V.RETIRED),
}

# Named by where they lead: the engine has judged the act, the table only holds what can never be.
CASE: Table = {
    C.RUNNING: (frozenset({C.STUCK, C.RETURNED, C.WITHDRAWN}), C.RUNNING),
    C.STUCK: (frozenset({C.RUNNING, C.RETURNED, C.WITHDRAWN}), C.STUCK),
    C.APPROVED: (frozenset({C.RUNNING}), C.APPROVED),
    C.RETURNED: (frozenset({C.RUNNING}), C.RETURNED),
    C.REJECTED: (frozenset({C.RUNNING}), C.REJECTED),
    C.WITHDRAWN: (frozenset({C.RUNNING, C.STUCK, C.RETURNED}), C.WITHDRAWN),
}

TASK: Table = {
    T.OPEN: (frozenset({T.WAITING}), T.OPEN),
    T.WAITING: (frozenset({T.OPEN}), T.WAITING),
    T.DONE: (frozenset({T.OPEN, T.WAITING}), T.DONE),
    T.CLOSED: (frozenset({T.OPEN, T.WAITING}), T.CLOSED),
}
