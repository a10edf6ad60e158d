"""What waits for people, for the daily digest."""

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from apps.lowcode.models import Task, TaskKind, TaskState
from imbudget.kit.registry import Line


def what_waits(user_ids: list[int]) -> dict[int, list[Line]]:
    """How many tasks wait for each of these people, and how many of them are overdue. One query."""
    waiting = Task.objects.filter(user__in=user_ids, state=TaskState.OPEN).exclude(kind=TaskKind.COPY)
    overdue = Count("pk", filter=Q(due__lt=timezone.localdate()))
    rows = waiting.values_list("user_id").annotate(count=Count("pk"), overdue=overdue)
    url = reverse("lowcode:inbox")
    return {
        user_id: [Line("lowcode.waiting", {"count": str(count), "overdue": str(late)}, url)]
        for user_id, count, late in rows
    }
