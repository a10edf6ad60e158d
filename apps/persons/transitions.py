"""The arrows of requests of persons."""

from apps.persons.models import RequestState as R

REQUEST = {
    "fulfil": (frozenset({R.OPEN}), R.DONE),
    "decline": (frozenset({R.OPEN}), R.DECLINED),
}
