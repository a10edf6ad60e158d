"""The approval engine: a state from a history. The history is the truth, everything else follows from it.

`replay` folds `follow` over the events and judges nothing, so that an old history stays readable under newer
rules; `check_act` (`flow/rules.py`) judges one new event against the state. Neither knows a clock or a database.

Separation of duties: who drew up, started or resubmitted a document never signs it, and who acted at one of its steps never
acts at another one, however they came by the task; what they did in earlier cases of the document comes along with the
hand-in. At the same step they may act again in a later circulation only (after a return).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from apps.lowcode.flow.definition import APPLICANT, CHOOSE, PREVIOUS, Flow, Step
from apps.lowcode.flow.settling import added, closed, ended, retargeted, settled
from apps.lowcode.flow.state import CaseState, Enter, Event, TaskState

Follow = Callable[[Flow, CaseState, Event], CaseState]


def replay(flow: Flow, values: Mapping[str, Any], events: Iterable[Event]) -> CaseState:
    """The state after these events. `values` count where an event of submission does not carry its own."""
    state = CaseState(values=dict(values))
    for event in events:
        state = follow(flow, state, event)
    return state


def follow(flow: Flow, state: CaseState, event: Event) -> CaseState:
    """The state after one more event."""
    moved = FOLLOWS[event.kind](flow, state, event)
    return replace(moved, seq=event.seq)


def eligible(state: CaseState, step: str, candidates: Sequence[tuple[int, int | None]]) -> list[tuple[int, int | None]]:
    """Those of the candidates (user, post) who may sign at the step, each person once."""
    found: dict[int, int | None] = {}
    for user, post in candidates:
        if may_sign(state, step, user):
            found.setdefault(user, post)
    return list(found.items())


def may_sign(state: CaseState, step: str, user: int) -> bool:
    """Whether separation of duties lets this person sign at the step."""
    if user in state.applicants or user in state.acted_here:
        return False
    return not any(who == user and where != step for who, where in state.acted)


def return_targets(flow: Flow, state: CaseState) -> tuple[str, ...]:
    """Where the present step may return the document to, the usual place first."""
    if state.step not in state.path:
        return (APPLICANT,)
    before = state.path[: state.path.index(state.step)]
    match flow.step(state.step).return_to:
        case target if target == PREVIOUS:
            return (before[-1] if before else APPLICANT,)
        case target if target == CHOOSE:
            return (APPLICANT, *before)
        case target:
            return (target if target in before else APPLICANT,)


def _started(flow: Flow, state: CaseState, event: Event) -> CaseState:
    values = event.data.get("values", state.values)
    path = flow.taken(values)
    makers = {event.who, *event.data.get("makers", ())} - {None}
    applicants = state.applicants | makers
    acted = state.acted | {(user, step) for user, step in event.data.get("acted", ())}
    fresh = replace(state, values=values, path=path, applicants=applicants, acted=acted, untouched=True, urged_at=None)
    return _begin(fresh, _first(path, state))


def _first(path: tuple[str, ...], state: CaseState) -> str:
    """Where a (re)submitted document begins: where it was returned from if the definition says so.

    A step that its new values make necessary and that it has never passed is not jumped over.
    """
    if state.resume_to not in path:
        return path[0] if path else ""
    unpassed = (step for step in path if step == state.resume_to or step not in state.passed)
    return next(unpassed)


def _begin(state: CaseState, step: str) -> CaseState:
    """Begin a circulation at the step; without any step the document is approved by its definition."""
    fresh = replace(state, circulation=state.circulation + 1, acted_here=frozenset(), resume_to="")
    return _arrive(fresh, step)


def _arrive(state: CaseState, step: str) -> CaseState:
    if not step:
        return replace(state, status="approved", step="", needs=None, first=len(state.tasks))
    fresh = replace(state, first=len(state.tasks), acted_here=frozenset())
    return replace(fresh, status="running", step=step, needs=Enter(step))


def _entered(flow: Flow, state: CaseState, event: Event) -> CaseState:
    for user, post in event.data["approvers"]:
        state = added(state, user=user, post=post, kind="main")
    return _go_on(flow, replace(state, status="running", needs=None))


def _nobody(_flow: Flow, state: CaseState, _event: Event) -> CaseState:
    return replace(state, status="stuck", needs=Enter(state.step))


def _approved(flow: Flow, state: CaseState, event: Event) -> CaseState:
    return _go_on(flow, _act(ended(state, event.task, "approved"), event))


def _returned(flow: Flow, state: CaseState, event: Event) -> CaseState:
    back = closed(_act(ended(state, event.task, "returned"), event))
    to = event.data["to"]
    if to != APPLICANT:
        return _begin(back, to)
    resume = state.step if flow.step(state.step).resume == "here" else ""
    return replace(back, status="returned", step="", needs=None, resume_to=resume)


def _rejected(_flow: Flow, state: CaseState, event: Event) -> CaseState:
    over = closed(_act(ended(state, event.task, "rejected"), event))
    return replace(over, status="rejected", step="", needs=None)


def _withdrawn(_flow: Flow, state: CaseState, _event: Event) -> CaseState:
    return replace(closed(state), status="withdrawn", step="", needs=None)


def _delegated(flow: Flow, state: CaseState, event: Event) -> CaseState:
    given = state.task(event.task)
    if given is None:
        return state
    user, post = event.data["to"]
    state = _act(ended(state, given.key, "delegated"), event)
    state = added(
        state, user=user, post=post, kind=given.kind, origin=given.origin, order=given.order, escalated=given.escalated
    )
    return _go_on(flow, retargeted(state, given.key, state.tasks[-1].key))


def _signer_added(flow: Flow, state: CaseState, event: Event) -> CaseState:
    user, post = event.data["who"]
    return _go_on(flow, added(state, user=user, post=post, kind=event.data["where"], origin=event.task))


def _consulted(_flow: Flow, state: CaseState, event: Event) -> CaseState:
    user, post = event.data["who"]
    return added(state, user=user, post=post, kind="consult", origin=event.task, state_="open")


def _opinion(_flow: Flow, state: CaseState, event: Event) -> CaseState:
    return ended(state, event.task, "opinion")


def _copied(_flow: Flow, state: CaseState, event: Event) -> CaseState:
    known = {task.user for task in state.tasks if task.kind == "copy"}
    for user, post in event.data["to"]:
        if user not in known:
            state = added(state, user=user, post=post, kind="copy", state_="done")
    return state


def _urged(_flow: Flow, state: CaseState, event: Event) -> CaseState:
    return replace(state, urged_at=event.at)


def _reminded(_flow: Flow, state: CaseState, _event: Event) -> CaseState:
    return state


def _escalated(flow: Flow, state: CaseState, event: Event) -> CaseState:
    for user, post in event.data["to"]:
        state = added(state, user=user, post=post, kind="main", escalated=True)
    return _go_on(flow, state)


def _replaced(flow: Flow, state: CaseState, event: Event) -> CaseState:
    """The holder of a task has left their post: the present holders take its place, if there are any."""
    left = state.task(event.task)
    if left is None:
        return state
    state = ended(state, left.key, "replaced", "closed")
    heirs: list[TaskState] = []
    for user, post in event.data["approvers"]:
        state = added(
            state, user=user, post=post, kind=left.kind, origin=left.origin, order=left.order, escalated=left.escalated
        )
        heirs.append(state.tasks[-1])
    return _go_on(flow, retargeted(state, left.key, heirs[0].key if heirs else ""))


def _act(state: CaseState, event: Event) -> CaseState:
    """Keep that this person has acted at this step."""
    if event.who is None:
        return state
    acted = state.acted | {(event.who, state.step)}
    return replace(state, acted=acted, acted_here=state.acted_here | {event.who}, untouched=False)


def _go_on(flow: Flow, state: CaseState) -> CaseState:
    """Open and close tasks as the step's mode says; leave the step once all who must have signed."""
    step: Step = flow.step(state.step)
    state, is_complete = settled(step, state)
    if is_complete:
        after = state.path.index(step.key) + 1
        passed = replace(closed(state), passed=state.passed | {step.key})
        return _arrive(passed, state.path[after] if after < len(state.path) else "")
    if not state.live_here():
        return replace(state, needs=Enter(step.key))
    return state


FOLLOWS: dict[str, Follow] = {
    "started": _started,
    "resubmitted": _started,
    "entered": _entered,
    "nobody": _nobody,
    "approved": _approved,
    "returned": _returned,
    "rejected": _rejected,
    "withdrawn": _withdrawn,
    "delegated": _delegated,
    "signer_added": _signer_added,
    "consulted": _consulted,
    "opinion": _opinion,
    "copied": _copied,
    "urged": _urged,
    "reminded": _reminded,
    "escalated": _escalated,
    "replaced": _replaced,
}
KINDS = tuple(FOLLOWS)
