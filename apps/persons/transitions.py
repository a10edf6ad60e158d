"""The arrows of requests of persons and of incidents."""

from apps.persons.models import IncidentState as I
from apps.persons.models import RequestState as R

REQUEST = {
    "fulfil": (frozenset({R.OPEN}), R.DONE),
    "decline": (frozenset({R.OPEN}), R.DECLINED),
}

INCIDENT = {
    "close": (frozenset({I.OPEN}), I.CLOSED),
}
