"""The arrows of performance."""

from apps.performance.models import DisclosureState as D

DISCLOSURE = {
    "replace": (frozenset({D.PUBLISHED}), D.REPLACED),
    "withdraw": (frozenset({D.PUBLISHED}), D.WITHDRAWN),
}
