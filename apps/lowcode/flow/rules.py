"""Whether one act is legal in the state of a case. Raises EngineRefusal with a sentence; changes nothing."""

import datetime
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from apps.lowcode.flow.definition import Flow
from apps.lowcode.flow.engine import may_sign, replay, return_targets
from apps.lowcode.flow.state import SIGNING, CaseState, EngineRefusal, Event, TaskState

URGE_EVERY = datetime.timedelta(hours=1)
Check = Callable[[Flow, CaseState, Event], None]


def check_act(flow: Flow, state: CaseState, event: Event) -> None:
    """Raise EngineRefusal unless the event may follow now."""
    CHECKS[event.kind](flow, state, event)


def check_named(state: CaseState, kind: str, who: int | None, user: int) -> None:
    """Raise EngineRefusal unless an act of this kind may name this person: as a signer, to be asked, or to be told."""
    if user == who:
        raise EngineRefusal("self", _("Choose another person."))
    if kind in ("delegated", "signer_added"):
        _newcomer(state, user)
    asked = (task for task in state.here() if task.is_live and task.kind == "consult" and task.user == user)
    if kind == "consulted" and any(asked):
        raise EngineRefusal("asked", _("This person has been asked already and has not answered yet."))


def allowed(flow: Flow, values: Mapping[str, Any], events: Iterable[Event], user: int) -> set[str]:
    """The acts that are open to this person after these events."""
    return allowed_in(flow, replay(flow, values, events), user)


def allowed_in(flow: Flow, state: CaseState, user: int) -> set[str]:
    """The acts that are open to this person in this state."""
    acts: set[str] = set()
    for task in state.tasks:
        if task.user == user and task.state == "open":
            acts |= acts_of(task)
    if user in state.applicants:
        acts |= {"urge"} if state.status == "running" else set()
        acts |= {"withdraw"} if _may_withdraw(state) else set()
    if _may_resubmit(state, user):
        acts.add("resubmit")
    if user in state.applicants or any(task.user == user for task in state.tasks):
        acts.add("copy")
    return acts


def acts_of(task: TaskState) -> set[str]:
    """What the holder of an open task may do with it."""
    if task.state != "open":
        return set()
    if task.kind == "consult":
        return {"opinion"}
    if task.kind == "main":
        return {"approve", "return", "reject", "delegate", "add_signer", "consult"}
    return {"approve", "return", "delegate", "consult"}


def _started(_flow: Flow, state: CaseState, event: Event) -> None:
    if state.seq or state.circulation:
        raise EngineRefusal("begun", _("This document has been submitted already."))
    if any(who == event.who for who, _step in event.data.get("acted", ())):
        raise _has_decided()


def _resubmitted(_flow: Flow, state: CaseState, event: Event) -> None:
    if state.status not in ("returned", "withdrawn"):
        raise EngineRefusal("not_returned", _("Only a document that was returned or withdrawn is submitted again."))
    if event.who is None or not _may_resubmit(state, event.who):
        raise _has_decided()


def _has_decided() -> EngineRefusal:
    return EngineRefusal("acted", _("Who has decided on this document cannot submit it: nobody acts on it twice."))


def _may_resubmit(state: CaseState, user: int) -> bool:
    back = state.status in ("returned", "withdrawn")
    return back and not any(who == user for who, _step in state.acted)


def _decided(flow: Flow, state: CaseState, event: Event) -> None:
    _signing_task(state, event)


def _returned(flow: Flow, state: CaseState, event: Event) -> None:
    _signing_task(state, event)
    _reason(event)
    if event.data.get("to") not in return_targets(flow, state):
        raise EngineRefusal("target", _("This step cannot return the document there."))


def _rejected(flow: Flow, state: CaseState, event: Event) -> None:
    if _signing_task(state, event).kind != "main":
        raise EngineRefusal("kind", _("An added signer approves or returns; only the step's own approvers reject."))
    _reason(event)


def _delegated(flow: Flow, state: CaseState, event: Event) -> None:
    _signing_task(state, event)
    _reason(event)
    check_named(state, event.kind, event.who, event.data["to"][0])


def _signer_added(flow: Flow, state: CaseState, event: Event) -> None:
    if _signing_task(state, event).kind != "main":
        raise EngineRefusal("kind", _("An added signer cannot add another one."))
    if event.data.get("where") not in ("before", "after"):
        raise EngineRefusal("where", _("A signer is added before or after one's own signature."))
    check_named(state, event.kind, event.who, event.data["who"][0])


def _consulted(flow: Flow, state: CaseState, event: Event) -> None:
    _signing_task(state, event)
    check_named(state, event.kind, event.who, event.data["who"][0])


def _opinion(flow: Flow, state: CaseState, event: Event) -> None:
    task = _own_task(state, event)
    if task.kind != "consult":
        raise EngineRefusal("kind", _("No opinion was asked for here."))
    if not event.data.get("text"):
        raise EngineRefusal("empty", _("Write your opinion first."))


def _copied(flow: Flow, state: CaseState, event: Event) -> None:
    if not event.data.get("to"):
        raise EngineRefusal("nobody", _("Choose at least one person."))
    for user, _post in event.data["to"]:
        check_named(state, event.kind, event.who, user)
    if event.who not in state.applicants and not any(task.user == event.who for task in state.tasks):
        raise EngineRefusal("stranger", _("Only people who have to do with this document pass it on."))


def _urged(flow: Flow, state: CaseState, event: Event) -> None:
    if event.who not in state.applicants:
        raise EngineRefusal("stranger", _("Only the applicant urges."))
    if state.status != "running" or not state.live_here():
        raise EngineRefusal("over", _("Nobody is at work on this document now."))
    if state.urged_at is not None and event.at - state.urged_at < URGE_EVERY:
        raise EngineRefusal("too_soon", _("You have urged within the last hour."))


def _withdrawn(flow: Flow, state: CaseState, event: Event) -> None:
    if event.data.get("given_up") and state.status == "returned":
        return  # the document's own service has settled who may
    if event.who not in state.applicants and not event.data.get("settled"):  # by the document's own service
        raise EngineRefusal("stranger", _("Only the applicant withdraws a document."))
    if not _may_withdraw(state):
        raise EngineRefusal("touched", _("Somebody has acted on this document since: it cannot be withdrawn any more."))


def _may_withdraw(state: CaseState) -> bool:
    """Until somebody acted on it; and whenever nobody can."""
    return state.status == "stuck" or (state.status == "running" and state.untouched)


def _system(_flow: Flow, state: CaseState, event: Event) -> None:
    if state.status not in ("running", "stuck"):
        raise EngineRefusal("over", _("This document is not under way."))
    needs = event.kind in ("entered", "nobody")
    if needs != (state.needs is not None) or event.step != state.step:
        raise EngineRefusal("step", _("The document is at another step."))
    if event.kind == "replaced" and state.task(event.task) not in state.live_here():
        raise EngineRefusal("decided", _("This task is over."))
    pairs = event.data.get("approvers") or event.data.get("to") or ()
    for user, _post in pairs:
        _newcomer(state, user)


def _own_task(state: CaseState, event: Event) -> TaskState:
    """The open task that the event acts on; says who was quicker when it is open no longer."""
    task = state.task(event.task)
    if task is None or task.user != event.who:
        raise EngineRefusal("not_yours", _("This task is not yours."))
    if task.state == "waiting":
        raise EngineRefusal("waiting", _("It is not your turn yet."))
    if task.state != "open":
        raise EngineRefusal("decided", _("This step has already been decided."))
    return task


def _signing_task(state: CaseState, event: Event) -> TaskState:
    task = _own_task(state, event)
    if task.kind not in SIGNING:
        raise EngineRefusal("kind", _("This task asks for an opinion only."))
    return task


def _reason(event: Event) -> None:
    if not event.data.get("reason"):
        raise EngineRefusal("reason", _("Say why."))


def _newcomer(state: CaseState, user: int) -> None:
    """Refuse somebody who may not sign here, or has something to sign here already."""
    if user in state.applicants:
        raise EngineRefusal("applicant", _("Who submitted the document cannot approve it."))
    if any(who == user and where != state.step for who, where in state.acted):
        raise EngineRefusal("acted", _("This person has acted at another step: nobody acts on a document twice."))
    if not may_sign(state, state.step, user):
        raise EngineRefusal("acted", _("This person has acted at this step already."))
    if any(task.user == user for task in state.live_here()):
        raise EngineRefusal("has_task", _("This person has a task at this step already."))


CHECKS: dict[str, Check] = {
    "started": _started,
    "resubmitted": _resubmitted,
    "approved": _decided,
    "returned": _returned,
    "rejected": _rejected,
    "delegated": _delegated,
    "signer_added": _signer_added,
    "consulted": _consulted,
    "opinion": _opinion,
    "copied": _copied,
    "urged": _urged,
    "withdrawn": _withdrawn,
    **dict.fromkeys(("entered", "nobody", "replaced", "escalated", "reminded"), _system),
}
