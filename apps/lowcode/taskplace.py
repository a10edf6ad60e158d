"""What the page of a task depends on: which acts are open to its holder, and what their forms offer."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from apps.lowcode import bindings, policies
from apps.lowcode.flow.definition import APPLICANT
from apps.lowcode.flow.state import CaseState
from apps.lowcode.models import Case, CaseEvent, Task
from apps.lowcode.selectors.candidates import people
from apps.lowcode.selectors.cases import acts_on_task, asks_of, state_of, targets_of
from apps.lowcode.selectors.flows import flow_of
from apps.lowcode.selectors.people import NAMING, Groups, level_held, nameable
from imbudget.kit.actor import Actor
from imbudget.kit.errors import Verdict

Choices = list[tuple[str, Any]]


@dataclass(frozen=True, slots=True)
class TaskPlace:
    """The acts open now, and the choices of their forms."""

    verdict: Verdict
    acts: frozenset[str] = frozenset()
    asks: dict[str, tuple[str, Iterable[tuple[str, Any]]]] = field(default_factory=dict)
    returns: Choices = field(default_factory=list)
    fields: Choices = field(default_factory=list)
    people: dict[str, Groups] = field(default_factory=dict)  # act → whom it may name


def place_of(actor: Actor, task: Task, document: Any, events: list[CaseEvent]) -> TaskPlace:
    """Read once for the page, for a document in sight, by the history of its case; the services judge each act again."""
    verdict = policies.may_hold(actor, task)
    if not verdict or document is None:
        return TaskPlace(verdict)
    case, state = task.case, state_of(task.case, events)
    acts = frozenset(acts_on_task(actor, task, state) | {"copy"})
    return TaskPlace(
        verdict,
        acts,
        asks=_asks(case) if "approve" in acts and task.kind == "main" else {},
        returns=_returns(case, state) if "return" in acts else [],
        fields=_fields(case) if "return" in acts else [],
        people=people_for(actor, case, document, state, [act for act in NAMING if act in acts], task.key),
    )


def people_for(
    actor: Actor, case: Case, document: Any, state: CaseState, acts: Iterable[str], task: str = ""
) -> dict[str, Groups]:
    """Whom each of these acts may name; the people around the document are read once."""
    if document is None:  # out of sight: the unit has moved to another place
        return {}
    found = people(bindings.need(case.subject), document)
    level = level_held(state.task(task), found)
    return {act: nameable(state, act, actor.user_id, found, level) for act in acts}


def _asks(case: Case) -> dict[str, tuple[str, Iterable[tuple[str, Any]]]]:
    binding = bindings.need(case.subject)
    return {key: (binding.ask_label(key), choices) for key, choices in asks_of(case).items()}


def _returns(case: Case, state: CaseState) -> Choices:
    """Where a return may go, when there is more than one place."""
    targets = targets_of(case, state)
    if len(targets) < 2:
        return []
    flow = flow_of(case.version)
    return [(key, _("the applicant") if key == APPLICANT else str(flow.step(key).name)) for key in targets]


def _fields(case: Case) -> Choices:
    binding = bindings.need(case.subject)
    return list(binding.fields().items()) if binding.fields else []
