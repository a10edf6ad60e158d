"""Which tasks of a step are open, and whether everybody who must has signed."""

from dataclasses import replace
from typing import Any

from apps.lowcode.flow.definition import Mode, Step
from apps.lowcode.flow.state import SIGNING, CaseState, TaskState


def added(state: CaseState, *, state_: str = "waiting", order: int = 0, **values: Any) -> CaseState:
    """The state with one more task at the present step; settling opens it when its turn has come."""
    number = len(state.here()) + 1
    origin = state.task(values.get("origin", ""))
    task = TaskState(
        key=f"{state.circulation}.{state.step or '-'}.{number}",
        state=state_,
        order=order or (origin.order if origin else number),
        step=state.step,
        circulation=state.circulation,
        **values,
    )
    return replace(state, tasks=(*state.tasks, task))


def ended(state: CaseState, key: str, verdict: str, as_: str = "done") -> CaseState:
    """The state with one task over."""
    return _each(state, lambda task: replace(task, state=as_, verdict=verdict) if task.key == key else task)


def closed(state: CaseState) -> CaseState:
    """The state with everything closed that was open or waiting."""
    return _each(state, lambda task: replace(task, state="closed") if task.is_live else task)


def retargeted(state: CaseState, old: str, new: str) -> CaseState:
    """What hung on one task hangs on another; with no other one it is closed."""

    def move(task: TaskState) -> TaskState:
        if task.origin != old or not task.is_live:
            return task
        return replace(task, origin=new) if new else replace(task, state="closed")

    return _each(state, move)


def settled(step: Step, state: CaseState) -> tuple[CaseState, bool]:
    """The state with the right tasks open, and whether the step is complete."""
    mains = [task for task in state.here() if task.kind == "main"]
    decisive = next((task for task in mains if task.verdict == "approved" and _decides(step, task)), None)
    if decisive is not None:
        state = _each(state, lambda task: _overtaken(decisive, task))
    live = state.live_here()
    state = _each(state, lambda task: _turned(step, live, task))
    signed = any(task.verdict == "approved" for task in mains)
    return state, signed and not live


def _decides(step: Step, task: TaskState) -> bool:
    """Whether this signature alone is enough: any one may sign, or the deadline has passed it to an upper post."""
    return step.mode == Mode.ANY or task.escalated


def _overtaken(decisive: TaskState, task: TaskState) -> TaskState:
    """Closed when the decision was made without it; a signer whom its maker added still has to sign."""
    if not task.is_live or task.kind not in SIGNING or task.origin == decisive.key:
        return task
    return replace(task, state="closed")


def _turned(step: Step, live: tuple[TaskState, ...], task: TaskState) -> TaskState:
    """The task open when its turn has come, waiting when not."""
    if not task.is_live or task.kind not in SIGNING:
        return task
    return replace(task, state="open" if _is_due(step, live, task) else "waiting")


def _is_due(step: Step, live: tuple[TaskState, ...], task: TaskState) -> bool:
    if task.kind == "before":
        return True
    if task.kind == "after":
        return not any(other.key == task.origin for other in live)
    if any(other.kind == "before" and other.origin == task.key for other in live):
        return False
    if step.mode != Mode.TURN or task.escalated:
        return True
    return not any(_signs_earlier(other, task) for other in live)


def _signs_earlier(other: TaskState, task: TaskState) -> bool:
    """Whether the other one stands before in the row; who was added to a signer stands where that one does."""
    return not other.escalated and other.order < task.order and other.origin != task.key


def _each(state: CaseState, change: Any) -> CaseState:
    """The state with every task of the present step changed."""
    return replace(state, tasks=(*state.tasks[: state.first], *map(change, state.here())))
