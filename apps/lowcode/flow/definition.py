"""What a flow is made of. Read by `flow/parse.py`, judged by `flow/lint.py`, run by `flow/engine.py`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from apps.lowcode.conditions import Condition, Fact, evaluate
from apps.lowcode.words import Words


class Mode(StrEnum):
    """How many of a step's approvers must sign: any one 或签, all 会签, all in turn 依次."""

    ANY = "any"
    ALL = "all"
    TURN = "turn"


class ApproverKind(StrEnum):
    """Where a step's approvers come from."""

    ROLE = "role"
    POST = "post"
    CHOSEN = "chosen"


APPLICANT = "applicant"
PREVIOUS = "previous"
CHOOSE = "choose"
RETURNS = (APPLICANT, PREVIOUS, CHOOSE)
RESUMES = ("start", "here")
# Each role of a step, and the places it can stand at.
PLACES: dict[str, tuple[str, ...]] = {
    "unit_clerk": ("unit",),
    "unit_head": ("unit",),
    "department_reviewer": ("department",),
    "finance_office": ("region", "upper"),
    "finance_leader": ("region", "upper"),
    "treasury_clerk": ("region", "upper"),
    "treasury_officer": ("region", "upper"),
}
NODE_TYPES = {"unit": "unit", "department": "department", "region": "region", "upper": "region"}


@dataclass(frozen=True, slots=True)
class Approvers:
    """A role at a place of the document, the same left to the applicant's choice, or a post at a named node."""

    kind: ApproverKind
    role: str
    at: str = ""
    node_type: str = ""
    node_code: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One step: who signs, how many of them, when it is needed, how long it may take, where a return goes."""

    key: str
    name: Words
    approvers: Approvers
    mode: Mode = Mode.ANY
    stage: str = ""
    when: Condition | None = None
    days: int = 0
    remind: int = 0
    escalate: Approvers | None = None
    return_to: str = APPLICANT
    resume: str = "start"
    ask: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Arm:
    """One way through a branch; the default one has no condition."""

    name: Words
    when: Condition | None
    steps: tuple["Step | Branch", ...]


@dataclass(frozen=True, slots=True)
class Branch:
    """Ways of which a document takes the first whose condition holds."""

    key: str
    arms: tuple[Arm, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a step or branch stands: its path in the JSON, the conditions on the way to it, the steps before it."""

    path: str
    conditions: tuple[Condition, ...]
    before: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Flow:
    """A whole definition, with the facts its conditions may ask for."""

    steps: tuple[Step | Branch, ...]
    facts: tuple[Fact, ...] = ()

    def step(self, key: str) -> Step:
        """The step of this key; KeyError when there is none."""
        for node, _place in self.walk():
            if isinstance(node, Step) and node.key == key:
                return node
        raise KeyError(key)

    def all_steps(self) -> list[Step]:
        """Every step of every branch, in reading order."""
        return [node for node, _place in self.walk() if isinstance(node, Step)]

    def taken(self, values: Mapping[str, Any]) -> tuple[str, ...]:
        """The keys of the steps that a document with these values takes, in order."""
        return tuple(_taken(self.steps, values))

    def walk(self) -> Iterator[tuple[Step | Branch, Place]]:
        """Every step and branch with its place, in reading order."""
        yield from _walk(self.steps, "steps", (), ())


def _taken(nodes: tuple[Step | Branch, ...], values: Mapping[str, Any]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, Branch):
            arm = next((arm for arm in node.arms if arm.when is None or evaluate(arm.when, values)), None)
            yield from _taken(arm.steps if arm else (), values)
        elif node.when is None or evaluate(node.when, values):
            yield node.key


def _walk(
    nodes: tuple[Step | Branch, ...], path: str, conditions: tuple[Condition, ...], before: tuple[str, ...]
) -> Iterator[tuple[Step | Branch, Place]]:
    for index, node in enumerate(nodes):
        here = f"{path}[{index}]"
        yield node, Place(here, conditions, before)
        if isinstance(node, Step):
            before = (*before, node.key)
            continue
        for number, arm in enumerate(node.arms):
            inner = conditions if arm.when is None else (*conditions, arm.when)
            yield from _walk(arm.steps, f"{here}.branches[{number}].steps", inner, before)
