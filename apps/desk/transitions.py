"""The arrows of a background job."""

from apps.desk.models import JobState as J

JOB = {
    "start": (frozenset({J.QUEUED, J.RUNNING}), J.RUNNING),
    "finish": (frozenset({J.RUNNING}), J.DONE),
    "fail": (frozenset({J.QUEUED, J.RUNNING}), J.FAILED),
    "cancel": (frozenset({J.QUEUED, J.RUNNING}), J.CANCELLED),
}
