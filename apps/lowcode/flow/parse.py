"""Reading a flow from JSON, and writing it back. Whatever comes in, DefinitionErrors name every wrong place."""

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from apps.lowcode import conditions
from apps.lowcode.conditions import Condition, Fact
from apps.lowcode.errors import Collector, DefinitionErrors, quoted
from apps.lowcode.flow.definition import (
    NODE_TYPES,
    PLACES,
    RESUMES,
    RETURNS,
    ApproverKind,
    Approvers,
    Arm,
    Branch,
    Flow,
    Mode,
    Step,
)
from apps.lowcode.words import Words, parse_words

MAX_STEPS = 40
MAX_NESTING = 3
MAX_ARMS = 12
MAX_DAYS = 365
MAX_REMIND = 30
KEY = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
CODE = re.compile(r"[0-9]{6}(/[0-9]{3,21})?", re.ASCII)
STEP_KEYS = (
    "key",
    "name",
    "stage",
    "approvers",
    "mode",
    "when",
    "days",
    "remind",
    "escalate",
    "return_to",
    "resume",
    "ask",
)


def parse_flow(data: Any, facts: Iterable[Fact], stages: Collection[str], asks: Collection[str] = ()) -> Flow:
    """Read a definition; raises DefinitionErrors with everything that is wrong in it."""
    reader = _Reader(tuple(facts), stages, asks)
    flow = reader.flow(data)
    reader.wrong.done()
    return flow


def read_published(data: Any, facts: Iterable[Fact]) -> Flow:
    """Read a version that was published once: what its app or a form no longer offers is known from the version."""
    known = {fact.key: fact for fact in facts}
    kept = {key: Fact(key, key, kind) for key, kind in data.get("facts", {}).items() if key not in known}
    steps = list(_raw_steps(data["steps"]))
    stages = {step["stage"] for step in steps if step.get("stage")}
    asks = {ask for step in steps for ask in step.get("ask", ())}
    return parse_flow(data, (*known.values(), *kept.values()), stages, asks)


def _raw_steps(nodes: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for node in nodes:
        if "branches" in node:
            for arm in node["branches"]:
                yield from _raw_steps(arm["steps"])
        else:
            yield node


class _Reader:
    """Reads one definition and collects what is wrong with it."""

    def __init__(self, facts: tuple[Fact, ...], stages: Collection[str], asks: Collection[str]) -> None:
        self.facts, self.stages, self.asks = facts, stages, asks
        self.wrong = Collector()
        self.count = 0

    def flow(self, data: Any) -> Flow:
        if not self._keys(data, "", {"format", "steps", "facts"}):
            return Flow(())
        if data.get("format") != 1:
            self.wrong.add("format", _("Only format 1 is known."))
        return Flow(self.nodes(data.get("steps"), "steps", 0), self.facts)

    def nodes(self, data: Any, path: str, nesting: int) -> tuple[Step | Branch, ...]:
        if not isinstance(data, list):
            self.wrong.add(path, _("A list of steps is needed here."))
            return ()
        found: list[Step | Branch] = []
        for index, item in enumerate(data):
            self.count += 1
            if self.count > MAX_STEPS:
                limit = {"limit": MAX_STEPS}
                self.wrong.add(f"{path}[{index}]", _("A flow has at most %(limit)d steps and branches.") % limit)
                break
            here = f"{path}[{index}]"
            found.append(self.branch(item, here, nesting) if _is_branch(item) else self.step(item, here))
        return tuple(found)

    def branch(self, data: dict, path: str, nesting: int) -> Branch:
        self._keys(data, path, {"key", "branches"})
        key, arms = self._key(data.get("key"), f"{path}.key"), data["branches"]
        if nesting >= MAX_NESTING:
            self.wrong.add(path, _("Branches stand at most %(limit)d deep in each other.") % {"limit": MAX_NESTING})
            return Branch(key, ())
        if not isinstance(arms, list) or not 1 <= len(arms) <= MAX_ARMS:
            self.wrong.add(f"{path}.branches", _("1 to %(limit)d branches are needed here.") % {"limit": MAX_ARMS})
            return Branch(key, ())
        return Branch(key, tuple(self.arm(arm, f"{path}.branches[{n}]", nesting) for n, arm in enumerate(arms)))

    def arm(self, data: Any, path: str, nesting: int) -> Arm:
        if not self._keys(data, path, {"name", "when", "steps"}):
            return Arm(Words(""), None, ())
        return Arm(
            parse_words(data.get("name"), f"{path}.name", self.wrong),
            self._condition(data.get("when"), f"{path}.when"),
            self.nodes(data.get("steps"), f"{path}.steps", nesting + 1),
        )

    def step(self, data: Any, path: str) -> Step:
        if not self._keys(data, path, STEP_KEYS):
            return Step("", Words(""), Approvers(ApproverKind.ROLE, ""))
        days = self._number(data.get("days", 0), f"{path}.days", MAX_DAYS)
        escalate = data.get("escalate")
        return Step(
            key=self._key(data.get("key"), f"{path}.key"),
            name=parse_words(data.get("name"), f"{path}.name", self.wrong),
            approvers=self._approvers(data.get("approvers"), f"{path}.approvers"),
            mode=Mode(self._one_of(data.get("mode", "any"), f"{path}.mode", tuple(Mode)) or "any"),
            stage=self._one_of(data.get("stage") or "", f"{path}.stage", ("", *self.stages)),
            when=self._condition(data.get("when"), f"{path}.when"),
            days=days,
            remind=self._number(data.get("remind", 0), f"{path}.remind", min(days, MAX_REMIND)),
            escalate=None if escalate is None else self._place(escalate, f"{path}.escalate", {"role", "at"}),
            return_to=self._return(data.get("return_to", RETURNS[0]), f"{path}.return_to"),
            resume=self._one_of(data.get("resume", "start"), f"{path}.resume", RESUMES),
            ask=self._asks(data.get("ask", []), f"{path}.ask"),
        )

    def _approvers(self, data: Any, path: str) -> Approvers:
        kind = data.get("kind") if isinstance(data, dict) else None
        if kind == ApproverKind.POST:
            return self._post(data, path)
        if kind not in (ApproverKind.ROLE.value, ApproverKind.CHOSEN.value):
            self.wrong.add(f"{path}.kind", _("Approvers are of the kind “role”, “post” or “chosen”."))
            return Approvers(ApproverKind.ROLE, "")
        return self._place(data, path, {"kind", "role", "at"}, ApproverKind(kind))

    def _place(self, data: Any, path: str, keys: set[str], kind: ApproverKind = ApproverKind.ROLE) -> Approvers:
        if not self._keys(data, path, keys):
            return Approvers(kind, "")
        role = self._one_of(data.get("role"), f"{path}.role", tuple(PLACES))
        places = PLACES.get(role, tuple(NODE_TYPES))
        return Approvers(kind, role, self._one_of(data.get("at"), f"{path}.at", places))

    def _post(self, data: dict, path: str) -> Approvers:
        self._keys(data, path, {"kind", "role", "node"})
        role = self._one_of(data.get("role"), f"{path}.role", tuple(PLACES))
        node: Any = data.get("node")
        if not self._keys(node, f"{path}.node", {"type", "code"}):
            return Approvers(ApproverKind.POST, role)
        types = tuple({NODE_TYPES[place]: 1 for place in PLACES.get(role, tuple(NODE_TYPES))})
        node_type, code = self._one_of(node.get("type"), f"{path}.node.type", types), node.get("code")
        if not isinstance(code, str) or not CODE.fullmatch(code) or ("/" in code) != (node_type != "region"):
            self.wrong.add(
                f"{path}.node.code",
                _("A node is named by the code of its region such as “150102”, below it “150102/101”."),
            )
            code = ""
        return Approvers(ApproverKind.POST, role, "", node_type, code)

    def _condition(self, data: Any, path: str) -> Condition | None:
        if data is None:
            return None
        try:
            return conditions.parse(data, self.facts, path)
        except DefinitionErrors as wrong:
            self.wrong.errors += wrong.errors
            return None

    def _key(self, value: Any, path: str) -> str:
        if not isinstance(value, str) or not KEY.fullmatch(value) or value in RETURNS:
            self.wrong.add(path, _("A key is 1 to 40 small letters, digits and “_”, and begins with a letter."))
            return ""
        return value

    def _return(self, value: Any, path: str) -> str:
        return value if value in RETURNS else self._key(value, path)

    def _number(self, value: Any, path: str, limit: int) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= limit:
            self.wrong.add(path, _("A whole number from 0 to %(limit)d is needed here.") % {"limit": limit})
            return 0
        return value

    def _asks(self, value: Any, path: str) -> tuple[str, ...]:
        if not isinstance(value, list):
            self.wrong.add(path, _("A list is needed here."))
            return ()
        if len(value) > len(self.asks):
            self.wrong.add(path, _("More is asked here than this document can answer."))
            return ()
        return tuple(self._one_of(item, f"{path}[{n}]", tuple(self.asks)) for n, item in enumerate(value))

    def _one_of(self, value: Any, path: str, known: tuple[str, ...]) -> str:
        if isinstance(value, str) and value in known:
            return str(value)
        shown = {"value": quoted(value), "known": ", ".join(filter(None, known))}
        self.wrong.add(path, _("“%(value)s” is not known here; known are: %(known)s.") % shown)
        return ""

    def _keys(self, data: Any, path: str, known: Collection[str]) -> bool:
        if not isinstance(data, dict):
            self.wrong.add(path, _("An object with names and values is needed here."))
            return False
        for key in list(data)[: len(known) + 1]:
            if key not in known:
                name = quoted(key, 40)
                self.wrong.add(f"{path}.{name}" if path else name, _("This name is not known here."))
        return True


def _is_branch(data: Any) -> bool:
    return isinstance(data, dict) and "branches" in data


def flow_as_json(flow: Flow) -> dict[str, Any]:
    """The definition as the JSON it is read from, every part written out, with the kinds of the facts it asks for."""
    used: set[str] = set()
    for node, _place in flow.walk():
        whens = [node.when] if isinstance(node, Step) else [arm.when for arm in node.arms]
        used |= {key for when in whens if when is not None for key in conditions.facts_of(when)}
    facts = {fact.key: str(fact.kind) for fact in flow.facts if fact.key in used}
    return {"format": 1, "facts": facts, "steps": [_node(node) for node in flow.steps]}


def _node(node: Step | Branch) -> dict[str, Any]:
    if isinstance(node, Step):
        return _step(node)
    arms = [
        {"name": arm.name.as_json(), "when": _when(arm.when), "steps": [_node(inner) for inner in arm.steps]}
        for arm in node.arms
    ]
    return {"key": node.key, "branches": arms}


def _step(step: Step) -> dict[str, Any]:
    return {
        "key": step.key,
        "name": step.name.as_json(),
        "stage": step.stage,
        "approvers": _approvers(step.approvers),
        "mode": step.mode.value,
        "when": _when(step.when),
        "days": step.days,
        "remind": step.remind,
        "escalate": {"role": step.escalate.role, "at": step.escalate.at} if step.escalate else None,
        "return_to": step.return_to,
        "resume": step.resume,
        "ask": list(step.ask),
    }


def _approvers(approvers: Approvers) -> dict[str, Any]:
    written: dict[str, Any] = {"kind": approvers.kind.value, "role": approvers.role}
    if approvers.kind == ApproverKind.POST:
        return written | {"node": {"type": approvers.node_type, "code": approvers.node_code}}
    return written | {"at": approvers.at}


def _when(condition: Condition | None) -> dict[str, Any] | None:
    return conditions.as_json(condition) if condition is not None else None
