"""Task rows drawn from the state: new ones written, others moved along, each with its deadline."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from django.utils import timezone

from apps.codes.workdays import add_working_days
from apps.lowcode.flow.definition import Flow, Mode
from apps.lowcode.flow.state import SIGNING, CaseState, TaskState
from apps.lowcode.models import Case, Task
from apps.lowcode.models import TaskState as T
from apps.lowcode.transitions import TASK
from imbudget.kit.transitions import advance_many


@dataclass(frozen=True, slots=True)
class Moved:
    """What has become of task rows: those that have come open by their row's key, and whose were taken from them."""

    opened: dict[int, TaskState]
    closed: list[int]


def sync_tasks(case: Case, flow: Flow, state: CaseState) -> Moved:
    """Bring the case's task rows into line with the state."""
    rows = {row.key: row for row in case.tasks.all()}
    deadlines = _Deadlines(case, flow, list(rows.values()))
    moved: dict[tuple[str, date | None], list[int]] = defaultdict(list)
    made: list[Task] = []
    for task in state.tasks:
        row = rows.get(task.key)
        if row is None:
            made.append(_row(case, flow, task, deadlines))
        elif row.state != task.state:
            due = deadlines.of(task) if task.state == T.OPEN else row.due
            moved[task.state, due].append(row.pk)
    Task.objects.bulk_create(made)
    opened = {row.pk: row.key for row in made if row.state == T.OPEN}
    closed: list[int] = []
    now = timezone.now()
    for (target, due), keys in moved.items():
        over: dict[str, Any] = {"done_at": now} if target in (T.DONE, T.CLOSED) else {"due": due}
        advance_many(TASK, Task.objects.filter(pk__in=keys), target, **over)
        changed = [row for row in rows.values() if row.pk in keys]
        opened |= {row.pk: row.key for row in changed if target == T.OPEN}
        closed += [row.user_id for row in changed if row.state == T.OPEN and target == T.CLOSED]
    tasks = {task.key: task for task in state.tasks}
    return Moved({pk: tasks[key] for pk, key in opened.items()}, closed)


def _row(case: Case, flow: Flow, task: TaskState, deadlines: "_Deadlines") -> Task:
    name = flow.step(task.step).name.as_json() if task.step else {}
    over = task.state in (T.DONE, T.CLOSED) and task.kind != "copy"
    return Task(
        case=case,
        key=task.key,
        user_id=task.user,
        post_id=task.post,
        kind=task.kind,
        state=task.state,
        step=task.step,
        step_name=name,
        circulation=task.circulation,
        due=deadlines.of(task) if task.state == T.OPEN else None,
        done_at=timezone.now() if over else None,
    )


class _Deadlines:
    """When tasks that open now are due; one query for the calendar, and only if a step has a deadline."""

    def __init__(self, case: Case, flow: Flow, rows: list[Task]) -> None:
        self.case, self.flow, self.rows = case, flow, rows
        self.after = cache(lambda days: add_working_days(timezone.localdate(), days, case.region))

    def of(self, task: TaskState) -> date | None:
        """A person who takes over gets what is left of the step's time; who comes in turn gets their own."""
        if task.kind not in SIGNING or not task.step:
            return None
        step = self.flow.step(task.step)
        if not step.days:
            return None
        if task.kind == "main" and step.mode != Mode.TURN:
            place = (task.step, task.circulation)
            set_before = [row.due for row in self.rows if (row.step, row.circulation) == place and row.due]
            if set_before:
                return min(set_before)
        return self.after(step.days)
