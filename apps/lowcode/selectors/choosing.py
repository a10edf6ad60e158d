"""Which steps of a document's flow leave their approvers to the applicant, and whom the applicant may choose."""

from dataclasses import dataclass
from typing import Any

from apps.lowcode import bindings
from apps.lowcode.flow.definition import ApproverKind
from apps.lowcode.selectors.candidates import Candidate
from apps.lowcode.selectors.cases import open_case, state_of, with_flow
from apps.lowcode.selectors.duties import able_at, duties_before, handed_in
from apps.lowcode.selectors.flows import flow_for, flow_of
from imbudget.kit.actor import NOBODY, Actor


@dataclass(frozen=True, slots=True)
class ChoiceToMake:
    """One step, and the people of whom at least one is chosen; `chosen` are those of the last hand-in."""

    step: str
    name: Any
    people: tuple[Candidate, ...]
    chosen: tuple[int, ...] = ()


def choices_to_make(subject: str, document: Any, applicant: Actor = NOBODY) -> list[ChoiceToMake]:
    """What the applicant is asked when the document is handed in, for the steps that its values lead through."""
    binding = bindings.need(subject)
    case = open_case(subject, document.pk)
    if case is not None:  # a returned document keeps the version of the flow it began with
        case = with_flow(type(case).objects.filter(pk=case.pk)).get()
    version = case.version if case else flow_for(subject, document.region)
    if version is None:
        return []
    flow, made = flow_of(version), case.chosen if case else {}
    steps = [flow.step(key) for key in flow.taken(binding.values_of(document))]
    asked = [step for step in steps if step.approvers.kind == ApproverKind.CHOSEN]
    if not asked:
        return []
    if case is None:
        standing = duties_before(binding, document, flow).standing(applicant.user_id)
    else:
        standing = handed_in(binding, document, state_of(case), applicant.user_id)
    return [
        ChoiceToMake(
            step.key, step.name, tuple(able_at(binding, document, step, standing)), tuple(made.get(step.key, ()))
        )
        for step in asked
    ]
