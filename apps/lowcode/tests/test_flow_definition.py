"""Flow definitions: each wrong place named, what may not be published, and fuzz of the import."""

import json
from contextlib import suppress
from copy import deepcopy

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.lowcode.errors import DefinitionErrors
from apps.lowcode.flow.definition import PLACES
from apps.lowcode.flow.lint import problems
from apps.lowcode.flow.parse import MAX_STEPS, flow_as_json, parse_flow
from apps.lowcode.flow.sentences import step_sentences
from apps.lowcode.tests.flows import ASKS, FACTS, GRASS, LARGE, STAGES, branch, definition, definitions, make_flow, step


def paths(data):
    with pytest.raises(DefinitionErrors) as caught:
        parse_flow(data, FACTS, STAGES, ASKS)
    assert all(error.message for error in caught.value)
    return [error.path for error in caught.value]


@pytest.mark.parametrize(
    ("data", "path"),
    [
        (None, ""),
        ([], ""),
        ({"format": 2, "steps": []}, "format"),
        ({"format": 1, "steps": {}}, "steps"),
        ({"format": 1, "steps": [], "eval": "x"}, "eval"),
        (definition(step("A")), "steps[0].key"),
        (definition(step("applicant")), "steps[0].key"),
        (definition(step("a") | {"name": {"mn": "ᠠ"}}), "steps[0].name.zh"),
        (definition(step("a") | {"name": "a"}), "steps[0].name"),
        (definition(step("a") | {"name": {"zh": 5}}), "steps[0].name.zh"),
        (
            definition(step("a") | {"approvers": {"kind": "role", "role": "king", "at": "unit"}}),
            "steps[0].approvers.role",
        ),
        (definition(step("a", "unit_head", "region")), "steps[0].approvers.at"),
        (definition(step("a") | {"approvers": {"kind": "everyone"}}), "steps[0].approvers.kind"),
        (definition(step("a") | {"approvers": {"kind": "post", "role": "unit_head"}}), "steps[0].approvers.node"),
        (
            definition(
                step("a")
                | {"approvers": {"kind": "post", "role": "unit_head", "node": {"type": "unit", "code": "150102"}}}
            ),
            "steps[0].approvers.node.code",
        ),
        (definition(step("a", mode="most")), "steps[0].mode"),
        (definition(step("a", mode=["any"])), "steps[0].mode"),
        (definition(step("a", stage="somewhere")), "steps[0].stage"),
        (definition(step("a", when={"fact": "colour", "op": "=", "value": "1"})), "steps[0].when.fact"),
        (definition(step("a", when={"all": [LARGE | {"op": "~"}]})), "steps[0].when.all[0].op"),
        (definition(step("a", days=-1)), "steps[0].days"),
        (definition(step("a", days=True)), "steps[0].days"),
        (definition(step("a", days=3, remind=4)), "steps[0].remind"),
        (definition(step("a", escalate={"role": "unit_head"})), "steps[0].escalate.at"),
        (definition(step("a", return_to=7)), "steps[0].return_to"),
        (definition(step("a", resume="middle")), "steps[0].resume"),
        (definition(step("a", ask=["shoe size"])), "steps[0].ask[0]"),
        (definition(step("a", colour="red")), "steps[0].colour"),
        (definition(step("a"), {"key": "b", "branches": []}), "steps[1].branches"),
        (definition(step("a"), branch("b", ("x", []))), "steps[1].branches[0].when"),
        (definition(step("a"), branch("b", (None, [step("c", mode="?")]))), "steps[1].branches[0].steps[0].mode"),
    ],
)
def test_the_wrong_place_is_named(data, path):
    assert paths(data) == [path]


def test_all_wrong_places_are_told_at_once():
    assert paths(definition(step("a", mode="?"), step("b", days="3"))) == ["steps[0].mode", "steps[1].days"]


def test_depth_and_number_are_bounded():
    deep = [step("x")]
    for number in range(4):
        deep = [branch(f"b{number}", (LARGE, deep), (None, []))]
    assert paths(definition(*deep)) == ["steps[0]" + ".branches[0].steps[0]" * 3]
    many = [step(f"s{number}") for number in range(10_000)]
    assert paths(definition(*many)) == [f"steps[{MAX_STEPS}]"]


@pytest.mark.parametrize(
    ("steps", "path"),
    [
        ([], "steps"),
        ([branch("b", (LARGE, []), (None, []))], "steps"),
        ([step("a"), step("a")], "steps[1].key"),
        ([step("a"), branch("a", (LARGE, []), (None, []))], "steps[1].key"),
        ([step("a", return_to="a")], "steps[0].return_to"),
        ([step("a", return_to="b"), step("b")], "steps[0].return_to"),
        ([step("a", return_to="nothing")], "steps[0].return_to"),
        (
            [step("a"), branch("b", (LARGE, [step("c")]), (None, [step("d", return_to="c")]))],
            "steps[1].branches[1].steps[0].return_to",
        ),
        ([step("a"), branch("b", (LARGE, [step("c")]), (None, [])), step("d", return_to="c")], "steps[2].return_to"),
        ([step("a"), branch("b", (None, []))], "steps[1].branches"),
        ([step("a"), branch("b", (LARGE, []), (GRASS, []))], "steps[1].branches"),
        ([step("a"), branch("b", (LARGE, []), (None, []), (None, []))], "steps[1].branches[2]"),
        ([step("a"), branch("b", (LARGE, []), (LARGE, []), (None, []))], "steps[1].branches[1].when"),
        ([step("a"), branch("b", ({"all": [LARGE, {"not": LARGE}]}, []), (None, []))], "steps[1].branches[0].when"),
        (
            [step("a"), branch("b", (LARGE, []), (LARGE | {"value": "9000000"}, []), (None, []))],
            "steps[1].branches[1].when",
        ),
        ([step("a"), branch("b", (LARGE, []), ({"not": LARGE}, []), (None, []))], "steps[1].branches[2].when"),
        ([step("a", when=LARGE)], "steps"),
        (
            [step("a"), branch("b", (LARGE, [step("c", when={"not": LARGE})]), (None, []))],
            "steps[1].branches[0].steps[0].when",
        ),
    ],
)
def test_what_may_not_be_published(steps, path):
    assert [problem.path for problem in problems(make_flow(*steps))] == [path]


def test_a_sound_flow_has_no_problems_and_comes_back_as_it_went():
    flow = make_flow(
        step("unit", days=3, remind=1, stage="unit_review"),
        branch("size", (LARGE, [step("leader", "finance_leader", mode="turn", return_to="unit")]), (None, [])),
        step("office", "finance_office", "upper", return_to="choose", ask=["ranking"], when=GRASS),
        step("post")
        | {"approvers": {"kind": "post", "role": "finance_leader", "node": {"type": "region", "code": "150102"}}},
    )
    assert problems(flow) == []
    assert parse_flow(json.loads(json.dumps(flow_as_json(flow))), FACTS, STAGES, ASKS) == flow


def test_a_step_reads_back_in_words():
    flow = make_flow(
        step("a"),
        step("b", "finance_leader", when=LARGE, days=3, remind=1, return_to="a")
        | {"escalate": {"role": "finance_office", "at": "upper"}},
    )
    with translation.override("en"):
        assert step_sentences(flow, flow.step("b")) == [
            "finance leader at the document's region: any one of them signs",
            "only when 金额 ≥ 5,000,000",
            "within 3 working days",
            "reminded 1 working day before",
            "overdue, also to finance office (budget officer) at the upper region",
            "a return goes to the step “步骤a”",
        ]


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(definitions())
def test_well_formed_definitions_come_back_as_they_went(data):
    flow = parse_flow(data, FACTS, STAGES, ASKS)
    assert parse_flow(flow_as_json(flow), FACTS, STAGES, ASKS) == flow
    for one in flow.all_steps():
        assert step_sentences(flow, one)
    problems(flow)


NAMES = [
    "format",
    "steps",
    "key",
    "name",
    "zh",
    "mn",
    "approvers",
    "kind",
    "role",
    "at",
    "node",
    "type",
    "code",
    "mode",
]
NAMES += [
    "when",
    "days",
    "remind",
    "escalate",
    "return_to",
    "resume",
    "ask",
    "branches",
    "all",
    "not",
    "fact",
    "op",
    "x",
]
WORDS = st.sampled_from(
    ["a", "any", "role", "post", "unit_head", "unit", "applicant", "amount", ">=", "", "\ud800", "\0"]
)
rubbish = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=6),
    max_leaves=15,
)


@settings(max_examples=200, deadline=None)
@given(rubbish | st.builds(lambda steps: {"format": 1, "steps": steps}, st.lists(rubbish, max_size=3)))
def test_whatever_is_imported_only_definition_errors_come_out(data):
    try:
        problems(parse_flow(data, FACTS, STAGES, ASKS))
    except DefinitionErrors as wrong:
        str(wrong).encode()  # a page must be able to show it


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(definitions(), st.data())
def test_a_good_definition_with_one_part_spoilt(data, draw):
    data = node = deepcopy(data)  # conditions are shared by many definitions
    while isinstance(node, dict | list) and node:
        key = draw.draw(st.sampled_from(sorted(node) if isinstance(node, dict) else range(len(node))))
        if draw.draw(st.booleans()) or not isinstance(node[key], dict | list):
            node[key] = draw.draw(rubbish)
            break
        node = node[key]
    with suppress(DefinitionErrors):
        problems(parse_flow(data, FACTS, STAGES, ASKS))


def test_every_role_has_a_place():
    assert all(PLACES.values())
