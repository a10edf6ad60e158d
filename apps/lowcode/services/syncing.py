"""Task rows drawn from the state: new ones written, others moved along, each with its deadline."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from django.utils import timezone

from apps.lowcode.flow.definition import Flow, Mode
from apps.lowcode.flow.state import SIGNING, CaseState, TaskState
from apps.lowcode.models import Case, Task
from apps.lowcode.models import TaskState as T
from apps.lowcode.selectors.around import Around
from apps.lowcode.transitions import TASK
from imbudget.kit.transitions import advance_many


@dataclass(frozen=True, slots=True)
class Moved:
    """What has become of task rows: those that have come open by their row's key, and whose were taken from them."""

    opened: dict[int, TaskState]
    closed: list[int]


@dataclass(slots=True)
class Plan:
    """What the rows of one case need: new ones, and known ones that go to another state (with the day they are due)."""

    state: CaseState
    made: list[Task] = field(default_factory=list)
    moved: dict[tuple[str, date | None], list[Task]] = field(default_factory=lambda: defaultdict(list))

    def outcome(self) -> Moved:
        """What has become of the rows, once the plan is carried out."""
        tasks = {task.key: task for task in self.state.tasks}
        opened = {row.pk: tasks[row.key] for row in self.made if row.state == T.OPEN}
        closed: list[int] = []
        for (target, _due), rows in self.moved.items():
            opened |= {row.pk: tasks[row.key] for row in rows if target == T.OPEN}
            closed += [row.user_id for row in rows if row.state == T.OPEN and target == T.CLOSED]
        return Moved(opened, closed)


def sync_tasks(case: Case, flow: Flow, state: CaseState, around: Around) -> Moved:
    """Bring the case's task rows into line with the state."""
    plan = plan_tasks(case, flow, state, list(case.tasks.all()), around)
    carry_out([plan])
    return plan.outcome()


def plan_tasks(case: Case, flow: Flow, state: CaseState, known: list[Task], around: Around) -> Plan:
    """How the rows of a case come into line with its state."""
    rows = {row.key: row for row in known}
    deadlines = _Deadlines(case, flow, known, around)
    plan = Plan(state)
    for task in state.tasks:
        row = rows.get(task.key)
        if row is None:
            plan.made.append(_row(case, flow, task, deadlines))
        elif row.state != task.state:
            due = deadlines.of(task) if task.state == T.OPEN else row.due
            plan.moved[task.state, due].append(row)
    return plan


def carry_out(plans: Sequence[Plan]) -> None:
    """Write new rows and move known ones along; as many statements as there are ways to move, however many cases."""
    Task.objects.bulk_create([row for plan in plans for row in plan.made])
    moved: dict[tuple[str, date | None], list[int]] = defaultdict(list)
    for plan in plans:
        for (target, due), rows in plan.moved.items():
            over = target in (T.DONE, T.CLOSED)
            moved[target, None if over else due] += [row.pk for row in rows]
    now = timezone.now()
    for (target, due), keys in moved.items():
        values: dict[str, Any] = {"done_at": now} if target in (T.DONE, T.CLOSED) else {"due": due}
        advance_many(TASK, Task.objects.filter(pk__in=keys), target, **values)


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

    def __init__(self, case: Case, flow: Flow, rows: list[Task], around: Around) -> None:
        self.case, self.flow, self.rows = case, flow, rows
        self.after = cache(lambda days: around.due(days, case.region))

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
