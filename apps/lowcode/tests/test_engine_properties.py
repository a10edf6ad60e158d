"""The engine under random published flows and random legal acts."""

import datetime
from collections import defaultdict

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from apps.lowcode.flow.definition import Mode
from apps.lowcode.flow.engine import eligible, follow, replay, return_targets
from apps.lowcode.flow.lint import problems
from apps.lowcode.flow.parse import parse_flow
from apps.lowcode.flow.rules import acts_of, allowed, allowed_in, check_act
from apps.lowcode.flow.state import DECISIONS, SIGNING, EngineRefusal, Event
from apps.lowcode.tests.flows import ASKS, FACTS, STAGES, definitions

START = datetime.datetime(2026, 3, 2, 9, tzinfo=datetime.UTC)
APPLICANT, CLERK = 1, 2
PEOPLE = list(range(1, 9))
MOST_ACTS = 45
values = st.fixed_dictionaries(
    {
        "amount": st.sampled_from(["100.00", "5000000.00"]),
        "category": st.sampled_from(["grass", "border", None]),
        "urgent": st.sampled_from([True, False, None]),
    }
)


class Walk:
    """A case that random people act on, within the rules; posts that nobody can fill are filled later by newcomers."""

    def __init__(self, data, flow):
        self.data, self.flow = data, flow
        self.events = []
        self.state = replay(flow, {}, [])
        self.newcomers = 100
        self.candidates = {
            step.key: data.draw(st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=3, unique=True))
            for step in flow.all_steps()
        }
        self.say("started", APPLICANT, "", {"values": data.draw(values)})

    def event(self, kind, who, task="", data=None):
        seq = len(self.events) + 1
        at = START + datetime.timedelta(hours=2 * seq)
        return Event(seq, kind, who, at, task, self.state.step, data or {})

    def legal(self, event):
        try:
            check_act(self.flow, self.state, event)
        except EngineRefusal:
            return False
        return True

    def say(self, kind, who, task="", data=None):
        event = self.event(kind, who, task, data)
        check_act(self.flow, self.state, event)
        self.events.append(event)
        self.state = follow(self.flow, self.state, event)

    def newcomer(self):
        self.newcomers += 1
        return self.newcomers

    def enter(self):
        step = self.state.needs.step
        found = eligible(self.state, step, [(user, user * 10) for user in self.candidates[step]])
        if found:
            self.say("entered", None, "", {"approvers": found})
        elif self.state.status == "stuck":
            self.candidates[step].append(self.newcomer())
        else:
            self.say("nobody", None, "", {"missing": "post"})

    def go(self):
        for _turn in range(MOST_ACTS):
            if self.state.needs is not None and not (self.state.status == "stuck" and self.data.draw(st.booleans())):
                self.enter()
            elif not self.act():
                return

    def act(self):
        """One random legal act; False when the case is over. No case under way is without one."""
        if self.state.status in ("approved", "rejected"):
            return False
        tried = self.tried()
        if not self.legal(self.event(*tried)):
            tried = self.onward()
        self.say(*tried)
        return True

    def targets(self):
        return return_targets(self.flow, self.state) if self.state.step else ("applicant",)

    def onward(self):
        """An act that leads on: a signature, or submitting again; there always is one."""
        if self.state.status == "stuck":
            return ("withdrawn", APPLICANT)
        if self.state.status in ("returned", "withdrawn"):
            return ("resubmitted", APPLICANT, "", {"values": self.data.draw(values)})
        signatures = [("approved", task.user, task.key) for task in self.state.live_here() if task.state == "open"]
        legal = [signature for signature in signatures if self.legal(self.event(*signature))]
        assert legal, "a dead end"
        assert len(legal) == len(signatures), "an open task that its holder cannot sign"
        return self.data.draw(st.sampled_from(legal))

    def tried(self):
        """Any act at all, legal or not."""
        draw = self.data.draw
        other = draw(st.sampled_from([draw(st.sampled_from(PEOPLE)), self.newcomer()]))
        tasks = [task for task in self.state.tasks if task.state == "open"] or self.state.tasks
        task = draw(st.sampled_from(tasks)) if tasks else None
        who, key = (task.user, task.key) if task else (APPLICANT, "")
        acts = {
            "approved": (who, key, {}),
            "returned": (who, key, {"to": draw(st.sampled_from(self.targets())), "reason": "补充"}),
            "rejected": (who, key, {"reason": "不符"}),
            "delegated": (who, key, {"to": [other, None], "reason": "出差"}),
            "signer_added": (who, key, {"who": [other, None], "where": draw(st.sampled_from(["before", "after"]))}),
            "consulted": (who, key, {"who": [other, None], "question": "?"}),
            "opinion": (who, key, {"text": "可以"}),
            "escalated": (None, "", {"to": [[other, None]]}),
            "replaced": (None, key, {"approvers": draw(st.sampled_from([[], [[other, None]]]))}),
            "copied": (APPLICANT, "", {"to": [[other, None]]}),
            "urged": (APPLICANT, "", {}),
            "withdrawn": (APPLICANT, "", {}),
            "resubmitted": (CLERK, "", {"values": self.state.values}),
        }
        kind = draw(st.sampled_from([*acts, "approved", "signer_added", "delegated", "returned"]))
        return (kind, *acts[kind])


def assert_nobody_acted_twice(walk):
    steps, applicants = defaultdict(set), set()
    for event in walk.events:
        if event.kind in ("started", "resubmitted"):
            applicants.add(event.who)
        if event.kind in DECISIONS:
            steps[event.who].add(event.step)
            assert event.who not in applicants
    assert all(len(where) == 1 for where in steps.values())
    assert not applicants & set(steps)


def assert_all_needed_signed(walk):
    """From the events alone: each step of the way was signed by those whom its mode asks for."""
    for key in walk.state.path:
        step = walk.flow.step(key)
        tasks = [task for task in walk.state.tasks if task.step == key and task.kind in SIGNING]
        latest = max(task.circulation for task in tasks)
        tasks = [task for task in tasks if task.circulation == latest]
        signed = {event.task for event in walk.events if event.kind == "approved"}
        mains = [task for task in tasks if task.kind == "main"]
        assert any(task.key in signed for task in mains), "nobody of the step's own approvers has signed"
        decisive = [task for task in mains if task.key in signed and (step.mode == Mode.ANY or task.escalated)]
        bound = [task for task in tasks if task.origin == decisive[0].key] if decisive else tasks
        for task in bound:
            assert (
                task.key in signed
                or task.verdict in ("delegated", "replaced")
                or (task.state == "closed" and task.escalated)
                or orphaned(walk, task)
            ), task


def orphaned(walk, task):
    """A signer added by somebody who left without an heir."""
    origin = walk.state.task(task.origin) if task.origin else None
    return task.state == "closed" and origin is not None and origin.verdict == "replaced"


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_random_acts_on_random_flows(data):
    flow = parse_flow(data.draw(definitions()), FACTS, STAGES, ASKS)
    assume(not problems(flow))
    walk = Walk(data, flow)
    walk.go()
    assert_nobody_acted_twice(walk)
    if walk.state.status == "approved":
        assert_all_needed_signed(walk)
    assert replay(flow, {}, walk.events) == walk.state
    for length in range(len(walk.events)):
        before = replay(flow, {}, walk.events[:length])
        assert before == replay(flow, {}, walk.events[:length])
        assert follow(flow, before, walk.events[length]) == replay(flow, {}, walk.events[: length + 1])


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_what_is_allowed_is_what_passes_the_check(data):
    flow = parse_flow(data.draw(definitions()), FACTS, STAGES, ASKS)
    assume(not problems(flow))
    walk = Walk(data, flow)
    walk.go()
    for user in PEOPLE:
        acts = allowed(flow, {}, walk.events, user)
        assert acts == allowed_in(flow, walk.state, user)
        tasks = [task for task in walk.state.tasks if task.user == user and acts_of(task)]
        assert ("approve" in acts) == any(walk.legal(walk.event("approved", user, task.key)) for task in tasks)
        assert ("withdraw" in acts) == walk.legal(walk.event("withdrawn", user))
        assert ("resubmit" in acts) == walk.legal(walk.event("resubmitted", user))


@settings(max_examples=100, deadline=None)
@given(definitions())
def test_flows_take_at_least_one_step_whatever_the_values(data):
    flow = parse_flow(data, FACTS, STAGES, ASKS)
    assume(not problems(flow))
    for amount in ("1.00", "9000000.00", None):
        for category in ("grass", "border", None):
            assert flow.taken({"amount": amount, "category": category})
