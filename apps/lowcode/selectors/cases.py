"""What pages ask about the cases of a document."""

from typing import Any

from django.db.models import QuerySet

from apps.lowcode import bindings
from apps.lowcode.flow.engine import replay, return_targets
from apps.lowcode.flow.rules import acts_of, allowed_in
from apps.lowcode.flow.state import CaseState, Event, TaskState
from apps.lowcode.models import Case, CaseEvent, Task
from apps.lowcode.models.case import OPEN
from apps.lowcode.selectors.flows import flow_of
from imbudget.kit.actor import Actor


def cases_of(subject: str, document_id: int) -> QuerySet[Case]:
    """Every case of a document, the newest first."""
    return Case.objects.filter(subject=subject, document_id=document_id).order_by("-pk")


def open_case(subject: str, document_id: int) -> Case | None:
    """The case that the document is in now."""
    return cases_of(subject, document_id).filter(state__in=OPEN).first()


def latest_case(subject: str, document_id: int) -> Case | None:
    """The newest case of the document."""
    return cases_of(subject, document_id).first()


def with_flow(cases: QuerySet[Case]) -> QuerySet[Case]:
    """With what reading a case's flow needs."""
    # Regions and the unit by their keys: as joins they take the planner longer than their rows take the server.
    related = ("version__definition__region", "region", "unit")
    return cases.select_related("version__definition").prefetch_related(*related)


def event_of(row: CaseEvent) -> Event:
    """A stored event as the engine reads it."""
    return Event(row.seq, row.kind, row.user_id, row.at, row.task, row.step, row.data)


def events_of(case: Case) -> list[CaseEvent]:
    """The history of a case, from the beginning."""
    return list(case.events.order_by("seq"))


def state_of(case: Case, rows: list[CaseEvent] | None = None) -> CaseState:
    """Where the case stands, by its history."""
    rows = events_of(case) if rows is None else rows
    return replay(flow_of(case.version), case.values, map(event_of, rows))


def acts_on_case(actor: Actor, case: Case, state: CaseState | None = None) -> set[str]:
    """Which acts on the whole case are open to the person: urge, withdraw, resubmit, copy."""
    if actor.user_id is None:
        return set()
    state = state or state_of(case)
    acts = allowed_in(flow_of(case.version), state, actor.user_id)
    return acts & {"urge", "withdraw", "resubmit", "copy"}


def acts_on_task(actor: Actor, task: Task, state: CaseState | None = None) -> set[str]:
    """Which acts on the task are open to its holder in this post."""
    if task.user_id != actor.user_id or (task.post_id and task.post_id != actor.post_id):
        return set()
    found = (state or state_of(task.case)).task(task.key)
    return acts_of(found) if found else set()


def task_state(task: Task, state: CaseState) -> TaskState | None:
    """The task as the engine sees it."""
    return state.task(task.key)


def targets_of(case: Case, state: CaseState | None = None) -> tuple[str, ...]:
    """Where the present step may return the document to: `applicant` or keys of steps, the usual one first."""
    return return_targets(flow_of(case.version), state or state_of(case))


def asks_of(case: Case) -> dict[str, list[tuple[str, Any]]]:
    """What the present step asks its approvers, with the choices."""
    flow, binding = flow_of(case.version), bindings.need(case.subject)
    if not case.step:
        return {}
    return {key: list(binding.asks.get(key, ())) for key in flow.step(case.step).ask}
