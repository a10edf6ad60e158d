"""What the designer of flows needs beside the definition: its choices, what is wrong with it, and the words for it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from apps.lowcode import bindings, conditions
from apps.lowcode.bindings import Binding
from apps.lowcode.conditiondesign import builder_data, builder_texts
from apps.lowcode.errors import DefinitionErrors
from apps.lowcode.flow.definition import NODE_TYPES, PLACES, Branch, Flow, Step
from apps.lowcode.flow.lint import problems
from apps.lowcode.flow.parse import MAX_NESTING, parse_flow
from apps.lowcode.flow.sentences import (
    KIND_LABELS,
    MODE_LABELS,
    PLACE_LABELS,
    RETURN_LABELS,
    ROLE_LABELS,
    step_sentences,
)
from apps.lowcode.models import FlowDefinition

Choices = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Ground:
    """What a flow stands on: the type of document, and the facts that the region's flow may ask for."""

    binding: Binding
    facts: tuple[conditions.Fact, ...]


def ground_of(definition: FlowDefinition) -> Ground | None:
    """The ground of a flow; None when the app of its documents is gone."""
    binding = bindings.get(definition.subject)
    return Ground(binding, binding.facts_for(definition.region)) if binding else None


def read(ground: Ground, body: Any) -> Flow:
    """The flow of a definition; raises DefinitionErrors."""
    return parse_flow(body, ground.facts, tuple(ground.binding.stages), tuple(ground.binding.asks))


def judge(ground: Ground, body: Any) -> tuple[list[dict[str, str]], dict[str, str]]:
    """What forbids publishing, each with its place, and the sentence of each step and way that can be read."""
    try:
        flow = read(ground, body)
    except DefinitionErrors as wrong:
        return [{"path": one.path, "message": one.message} for one in wrong], dict(_partly(ground.facts, body))
    found = [{"path": one.path, "message": one.message} for one in problems(flow)]
    return found, dict(_said(flow))


def _said(flow: Flow) -> Iterator[tuple[str, str]]:
    """Path → what stands there, in words."""
    for node, place in flow.walk():
        if isinstance(node, Step):
            yield place.path, _(" · ").join(step_sentences(flow, node))
            continue
        for number, arm in enumerate(node.arms):
            yield f"{place.path}.branches[{number}]", way_sentence(flow, arm.when)


def way_sentence(flow: Flow, when: conditions.Condition | None) -> str:
    """When a way of a branch is taken."""
    return conditions.sentence(when, flow.facts) if when is not None else _("all other documents")


def _partly(facts: tuple[conditions.Fact, ...], body: Any) -> Iterator[tuple[str, str]]:
    """The conditions of a definition that is not whole yet: a missing name shall not silence them."""
    for path, node in _raw(body.get("steps") if isinstance(body, dict) else None, "steps", 0):
        when = node.get("when")
        if not when:
            continue
        try:
            said = conditions.sentence(conditions.parse(when, facts), facts)
        except DefinitionErrors:
            continue
        yield path, said


def _raw(nodes: Any, path: str, depth: int) -> Iterator[tuple[str, dict[str, Any]]]:
    if not isinstance(nodes, list) or depth > MAX_NESTING:
        return
    for index, node in enumerate(nodes[:100]):
        if not isinstance(node, dict):
            continue
        here = f"{path}[{index}]"
        yield here, node
        arms = node.get("branches")
        for number, arm in enumerate(arms[:100] if isinstance(arms, list) else ()):
            if isinstance(arm, dict):
                yield f"{here}.branches[{number}]", arm
                yield from _raw(arm.get("steps"), f"{here}.branches[{number}].steps", depth + 1)


def choices_of(binding: Binding) -> dict[str, Choices]:
    """What the drop-downs of a card offer."""
    node_labels = {"region": _("region"), "department": _("department"), "unit": _("budget unit")}
    return {
        "kinds": _choices(KIND_LABELS),
        "roles": [(role, str(ROLE_LABELS[role])) for role in PLACES],
        "places": _choices(PLACE_LABELS),
        "node_types": list(node_labels.items()),
        "modes": _choices(MODE_LABELS),
        "returns": _choices(RETURN_LABELS),
        "stages": _choices(binding.stages),
        "asks": [(key, binding.ask_label(key)) for key in binding.asks],
    }


def _choices(labels: Any) -> Choices:
    return [(str(value), str(label)) for value, label in labels.items()]


def script_data(ground: Ground, body: Any, nodes_url: str) -> dict[str, Any]:
    """What the designer's script is given with the page."""
    found, said = judge(ground, body)
    return {
        **builder_data(ground.facts),
        "places": {role: list(places) for role, places in PLACES.items()},
        "nodeTypes": NODE_TYPES,
        "problems": found,
        "sentences": said,
        "nodes": nodes_url,
        "texts": builder_texts()
        | {
            "unnamed": _("without a name"),
            "changed": _("not saved yet"),
            "saving": _("saving…"),
            "offline": _("The draft could not be saved; it is tried again."),
            "nojson": _("This is no JSON text."),
        },
    }


def outline(flow: Flow) -> list[dict[str, Any]]:
    """The flow for reading: steps with their sentences, branches with their ways, each holding the same."""
    return [_outlined(flow, node) for node in flow.steps]


def _outlined(flow: Flow, node: Step | Branch) -> dict[str, Any]:
    if isinstance(node, Step):
        return {"name": node.name, "sentences": step_sentences(flow, node), "ways": []}
    ways = [
        {
            "name": arm.name,
            "when": way_sentence(flow, arm.when),
            "steps": [_outlined(flow, inner) for inner in arm.steps],
        }
        for arm in node.arms
    ]
    return {"name": "", "sentences": [], "ways": ways}
