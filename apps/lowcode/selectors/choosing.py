"""Steps whose approvers the applicant names when submitting: what the page of submission has to ask."""

from dataclasses import dataclass
from typing import Any

from apps.lowcode import bindings
from apps.lowcode.flow.definition import ApproverKind
from apps.lowcode.selectors.candidates import candidates
from apps.lowcode.selectors.cases import latest_case
from apps.lowcode.selectors.flows import flow_for, flow_of
from apps.regions.models import Region


@dataclass(frozen=True, slots=True)
class ToChoose:
    """One such step on the document's way, and the people of whom one at least is named."""

    key: str
    step: str
    people: tuple[tuple[int, str], ...]
    named: tuple[int, ...] = ()


def to_choose(subject: str, document: Any) -> list[ToChoose]:
    """The steps that ask for a choice, by the document's values as they are now; empty for most flows.

    A document that was returned keeps the version of its case, and what was named before.
    """
    binding, case = bindings.need(subject), latest_case(subject, document.pk)
    going_on = case is not None and case.state in ("returned", "withdrawn")
    version = case.version if case and going_on else flow_for(subject, Region.objects.get(pk=document.region_id))
    if version is None:
        return []
    flow, before = flow_of(version), case.chosen if case and going_on else {}
    found = []
    for key in flow.taken(binding.values_of(document)):
        step = flow.step(key)
        if step.approvers.kind == ApproverKind.CHOSEN:
            able = candidates(binding, step.approvers, document)
            people = tuple((one.user_id, f"{one.name} · {one.post_label}") for one in able)
            found.append(ToChoose(key, str(step.name), people, tuple(before.get(key, ()))))
    return found
