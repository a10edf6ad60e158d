"""The arrows of versions of rules and of alarms."""

from apps.monitoring.models import AlarmState as A
from apps.monitoring.models import VersionState as V

VERSION = {
    "submit": (frozenset({V.DRAFT, V.RETURNED}), V.SUBMITTED),
    "return": (frozenset({V.SUBMITTED}), V.RETURNED),
    "withdraw": (frozenset({V.SUBMITTED}), V.DRAFT),
    "enforce": (frozenset({V.SUBMITTED}), V.IN_FORCE),
    "load": (frozenset({V.DRAFT}), V.IN_FORCE),  # what a system file brings was approved where it was issued
    "end": (frozenset({V.IN_FORCE}), V.ENDED),
}

ALARM = {
    "normal": (frozenset({A.SUSPECTED}), A.NORMAL),
    "violation": (frozenset({A.SUSPECTED}), A.VIOLATION),
    "issue": (frozenset({A.VIOLATION}), A.ISSUED),
    "answer": (frozenset({A.ISSUED, A.RETURNED}), A.ANSWERED),
    "send_back": (frozenset({A.ANSWERED}), A.RETURNED),
    "close": (frozenset({A.ANSWERED, A.VIOLATION}), A.CLOSED),
}
