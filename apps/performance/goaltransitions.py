"""The arrows of comments on goals."""

from apps.performance.models import CommentState as C

COMMENT = {
    "settle": (frozenset({C.OPEN}), C.SETTLED),
    "withdraw": (frozenset({C.OPEN}), C.WITHDRAWN),
}
