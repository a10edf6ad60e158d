"""Which cases something is to be done for because of a date; read without a lock and judged again under it."""

import datetime
from collections.abc import Iterator

from django.db.models import Q, QuerySet

from apps.codes.workdays import calendars_of
from apps.lowcode.flow.definition import Step
from apps.lowcode.flow.parse import MAX_REMIND
from apps.lowcode.flow.state import SIGNING
from apps.lowcode.models import Case, FlowVersion, Task
from apps.lowcode.models import CaseState as C
from apps.lowcode.models import TaskState as T
from apps.lowcode.selectors.flows import flow_of

HOLDING = tuple(sorted(SIGNING))
Row = tuple[int, int, str, int, datetime.date, datetime.datetime | None, datetime.datetime | None]


def cases_due(today: datetime.date) -> list[int]:
    """Cases with a holder to be reminded or a step to be escalated. A few queries, however many tasks wait."""
    rows = list(_rows(today))
    steps = _steps({(row[1], row[2]) for row in rows})
    calendars = calendars_of({row[3] for row in rows})
    found: dict[int, None] = {}
    for case_id, version, key, region, due, reminded_at, escalated_at in rows:
        step = steps[version, key]
        is_late = due < today and escalated_at is None and step.escalate is not None
        is_soon = reminded_at is None and step.remind and today >= calendars[region].add(due, -step.remind)
        if is_late or is_soon:
            found[case_id] = None
    return list(found)


def _rows(today: datetime.date) -> Iterator[Row]:
    horizon = today + datetime.timedelta(days=3 * MAX_REMIND)  # working days are never that far apart
    open_tasks = Task.objects.filter(state=T.OPEN, kind__in=HOLDING, due__lte=horizon)
    todo = open_tasks.filter(Q(reminded_at=None) | Q(escalated_at=None, due__lt=today)).order_by("case")
    names = ("case_id", "case__version_id", "step", "case__region_id", "due", "reminded_at", "escalated_at")
    yield from todo.values_list(*names).iterator(chunk_size=5000)


def _steps(pairs: set[tuple[int, str]]) -> dict[tuple[int, str], Step]:
    versions = FlowVersion.objects.select_related("definition__region").in_bulk({version for version, _key in pairs})
    return {(version, key): flow_of(versions[version]).step(key) for version, key in pairs}


def cases_left(today: datetime.date) -> QuerySet[Task, int]:
    """Cases with a task of somebody who no longer holds the post that it was given to."""
    gone = Q(post__valid_to__lt=today) | Q(post__valid_from__gt=today) | Q(user__is_active=False)
    left = Task.objects.filter(gone, state__in=[T.OPEN, T.WAITING], kind__in=HOLDING)
    return left.order_by("case").values_list("case_id", flat=True).distinct()


def cases_stuck() -> QuerySet[Case, int]:
    """Cases that wait for a post to be filled."""
    return Case.objects.filter(state=C.STUCK).order_by("pk").values_list("pk", flat=True)
