"""Who has had a hand in a document before: in each later case of it they keep the one duty they had.

A document that was withdrawn, or came back after its way had ended, gets a new case; the people stay the same. Whoever
drew it up or handed it in signs it nowhere, and whoever acted at a step acts at that step again or not at all.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from apps.lowcode.bindings import Binding
from apps.lowcode.flow.definition import Flow, Step
from apps.lowcode.flow.engine import eligible
from apps.lowcode.flow.state import CaseState
from apps.lowcode.selectors.candidates import Candidate, candidates
from apps.lowcode.selectors.cases import cases_of, state_of, with_flow
from apps.lowcode.selectors.flows import flow_of


@dataclass(frozen=True, slots=True)
class Duties:
    """Makers by user, and (user, step) of who acted, in the words of the flow that is asked about."""

    makers: frozenset[int] = frozenset()
    acted: frozenset[tuple[int, str]] = frozenset()

    def standing(self, applicant: int | None) -> CaseState:
        """A new case as it would stand, as far as separation of duties reads it."""
        return CaseState(applicants=self.makers | _one(applicant), acted=self.acted)

    def as_json(self) -> dict[str, Any]:
        """What the event of a hand-in keeps of them."""
        kept = {"makers": sorted(self.makers), "acted": [list(pair) for pair in sorted(self.acted)]}
        return {name: value for name, value in kept.items() if value}


def duties_before(binding: Binding, document: Any, flow: Flow) -> Duties:
    """The duties that people have had in every case of the document so far."""
    makers: set[int] = set(_makers(binding, document))
    acted: set[tuple[int, str]] = set()
    for case in with_flow(cases_of(binding.subject, document.pk)):
        state, old = state_of(case), flow_of(case.version)
        makers |= state.applicants
        acted |= {(user, _renamed(old, flow, step)) for user, step in state.acted}
    return Duties(frozenset(makers), frozenset(acted))


def handed_in(binding: Binding, document: Any, state: CaseState, applicant: int | None) -> CaseState:
    """A case as it would stand when its document was handed in once more, as far as separation of duties reads it."""
    makers = _one(applicant) | frozenset(_makers(binding, document))
    return replace(state, applicants=state.applicants | makers, acted_here=frozenset())


def able_at(binding: Binding, document: Any, step: Step, standing: CaseState) -> list[Candidate]:
    """Whom the applicant may choose for a step: those who hold its post and may sign there."""
    found = candidates(binding, step.approvers, document)
    able = {user for user, _post in eligible(standing, step.key, [candidate.pair for candidate in found])}
    return [candidate for candidate in found if candidate.user_id in able]


def _one(user: int | None) -> frozenset[int]:
    return frozenset() if user is None else frozenset({user})


def _makers(binding: Binding, document: Any) -> Iterable[int]:
    return binding.makers(document) if binding.makers else ()


def _renamed(old: Flow, new: Flow, key: str) -> str:
    """The step of the new flow that asks for the same post as a step of the old one, by its key where that has stayed.

    A step that the new flow does not have gets a key that no step has: who acted there acts nowhere now.
    """
    steps = {step.key: step for step in old.all_steps()}
    if key not in steps:
        return key  # carried along from a case before that one, and gone already then
    post = _post(steps[key])
    same = [step.key for step in new.all_steps() if _post(step) == post]
    return key if key in same else same[0] if same else f"{key}@gone"


def _post(step: Step) -> tuple[str, ...]:
    """What a step asks for, whether all who hold it act there or those whom the applicant chooses."""
    asked = step.approvers
    return asked.role, asked.at, asked.node_type, asked.node_code
