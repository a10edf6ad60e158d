"""Flow definitions for tests: written by hand and drawn at random."""

from typing import Any

from hypothesis import strategies as st

from apps.lowcode.conditions import Fact, Kind
from apps.lowcode.flow.definition import PLACES, Flow
from apps.lowcode.flow.parse import parse_flow

FACTS = (
    Fact("amount", "金额", Kind.MONEY),
    Fact("category", "类别", Kind.CHOICE, (("grass", "草原生态保护"), ("border", "边境建设补助"))),
    Fact("urgent", "紧急", Kind.BOOLEAN),
)
STAGES = ("unit_review", "finance_review")
ASKS = ("ranking",)
LARGE = {"fact": "amount", "op": ">=", "value": "5000000"}
GRASS = {"fact": "category", "op": "=", "value": "grass"}


def step(key: str, role: str = "unit_head", at: str = "", **values: Any) -> dict[str, Any]:
    """One step as JSON; any part of it may be given."""
    return {
        "key": key,
        "name": {"zh": f"步骤{key}"},
        "approvers": {"kind": "role", "role": role, "at": at or PLACES[role][0]},
        **values,
    }


def branch(key: str, *arms: tuple[Any, list[Any]]) -> dict[str, Any]:
    """A branch as JSON from (condition, steps) pairs."""
    return {
        "key": key,
        "branches": [{"name": {"zh": f"路{n}"}, "when": when, "steps": steps} for n, (when, steps) in enumerate(arms)],
    }


def definition(*steps: Any) -> dict[str, Any]:
    """A whole flow as JSON."""
    return {"format": 1, "steps": list(steps)}


def make_flow(*steps: Any) -> Flow:
    """A flow from steps as JSON."""
    return parse_flow(definition(*steps), FACTS, STAGES, ASKS)


conditions = st.sampled_from(
    [LARGE, GRASS, {"not": GRASS}, {"any": [LARGE, {"fact": "urgent", "op": "=", "value": True}]}]
)


@st.composite
def steps_json(draw: Any, counter: list[int], before: list[str]) -> dict[str, Any]:
    """A step with the next key, whose return may go to one of the steps before it."""
    counter[0] += 1
    key = f"s{counter[0]}"
    role = draw(st.sampled_from(sorted(PLACES)))
    days = draw(st.integers(0, 5))
    return step(
        key,
        role,
        draw(st.sampled_from(PLACES[role])),
        mode=draw(st.sampled_from(["any", "all", "turn"])),
        when=draw(st.none() | conditions) if before else None,
        days=days,
        return_to=draw(st.sampled_from(["applicant", "previous", "choose", *before])),
        resume=draw(st.sampled_from(["start", "here"])),
        escalate=draw(st.sampled_from([None, {"role": "finance_leader", "at": "region"}])),
    )


@st.composite
def node_lists(draw: Any, counter: list[int], before: list[str], nesting: int = 0) -> list[Any]:
    """A list of steps and branches."""
    found: list[Any] = []
    before = list(before)
    for _number in range(draw(st.integers(1 if nesting == 0 else 0, 3))):
        if nesting < 2 and before and draw(st.integers(0, 3)) == 0:
            counter[0] += 1
            key = f"b{counter[0]}"
            arms = [(draw(conditions), draw(node_lists(counter, before, nesting + 1)))]
            found.append(branch(key, *arms, (None, draw(node_lists(counter, before, nesting + 1)))))
        else:
            found.append(draw(steps_json(counter, before)))
            before.append(found[-1]["key"])
    return found


@st.composite
def definitions(draw: Any) -> dict[str, Any]:
    """A well-formed definition that may be published, mostly."""
    return definition(*draw(node_lists([0], [])))
