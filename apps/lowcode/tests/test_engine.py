"""The engine by example: modes, returns, added signers, delegation, separation of duties."""

import datetime

import pytest

from apps.lowcode.flow.engine import eligible, follow, replay, return_targets
from apps.lowcode.flow.rules import allowed_in, check_act
from apps.lowcode.flow.state import EngineRefusal, Event
from apps.lowcode.tests.flows import LARGE, branch, make_flow, step

START = datetime.datetime(2026, 3, 2, 9, tzinfo=datetime.UTC)
APPLICANT, ANNA, BATU, CHEN, DING, ERDE = range(1, 7)


class Case:
    """A case in memory: acts by name, each checked and then followed."""

    def __init__(self, *steps, **values):
        self.flow = make_flow(*steps)
        self.events = []
        self.state = replay(self.flow, {}, [])
        self.minutes = 0
        self.say("started", APPLICANT, values=values)

    def say(self, kind, actor=None, user=None, **data):
        """One act of `actor` on their own open task."""
        task = next(
            (t.key for t in reversed(self.state.tasks) if t.user == (user or actor) and t.state != "closed"), ""
        )
        at = START + datetime.timedelta(minutes=self.minutes)
        event = Event(len(self.events) + 1, kind, actor, at, task, self.state.step, data)
        check_act(self.flow, self.state, event)
        self.events.append(event)
        self.state = follow(self.flow, self.state, event)

    def enter(self, *users):
        self.say("entered", approvers=[(user, None) for user in users])

    def approve(self, *users):
        for user in users:
            self.say("approved", user)

    def back(self, who, to="applicant"):
        self.say("returned", who, to=to, reason="补充依据")

    def open(self):
        return [task.user for task in self.state.tasks if task.state == "open"]


def refused(case, *args, **data):
    with pytest.raises(EngineRefusal) as caught:
        case.say(*args, **data)
    return caught.value.code


def test_any_one_is_enough_and_the_others_are_closed():
    case = Case(step("a"), step("b"))
    case.enter(ANNA, BATU)
    case.approve(ANNA)
    assert case.state.step == "b"
    assert [task.state for task in case.state.tasks] == ["done", "closed"]


def test_all_must_sign_in_any_order():
    case = Case(step("a", mode="all"))
    case.enter(ANNA, BATU, CHEN)
    case.approve(CHEN, ANNA)
    assert case.state.status == "running"
    case.approve(BATU)
    assert case.state.status == "approved"


def test_in_turn_only_the_next_one_signs():
    case = Case(step("a", mode="turn"))
    case.enter(ANNA, BATU)
    assert case.open() == [ANNA]
    assert refused(case, "approved", BATU) == "waiting"
    case.approve(ANNA, BATU)
    assert case.state.status == "approved"


def test_the_way_follows_the_values_as_of_submission():
    steps = (step("a"), branch("size", (LARGE, [step("b")]), (None, [])), step("c", when=LARGE))
    assert Case(*steps, amount="5000000").state.path == ("a", "b", "c")
    assert Case(*steps, amount="4999999.99").state.path == ("a",)
    case = Case(*steps, amount="1")
    case.enter(ANNA)
    case.back(ANNA)
    case.say("resubmitted", APPLICANT, values={"amount": "6000000"})
    assert case.state.path == ("a", "b", "c")


def test_a_signer_added_before_signs_first():
    case = Case(step("a", mode="all"))
    case.enter(ANNA, BATU)
    case.say("signer_added", ANNA, who=[CHEN, None], where="before")
    assert case.open() == [BATU, CHEN]
    assert refused(case, "approved", ANNA) == "waiting"
    case.approve(CHEN, ANNA, BATU)
    assert case.state.status == "approved"


def test_a_signer_added_after_must_still_sign_though_anyone_is_enough():
    case = Case(step("a"))
    case.enter(ANNA, BATU)
    case.say("signer_added", ANNA, who=[CHEN, None], where="after")
    assert case.open() == [ANNA, BATU]
    case.approve(ANNA)
    assert case.open() == [CHEN]
    case.approve(CHEN)
    assert case.state.status == "approved"


def test_a_signer_added_in_turn_holds_the_next_one_up():
    case = Case(step("a", mode="turn"))
    case.enter(ANNA, BATU)
    case.say("signer_added", ANNA, who=[CHEN, None], where="after")
    case.approve(ANNA)
    assert case.open() == [CHEN]
    case.approve(CHEN)
    assert case.open() == [BATU]


def test_an_added_signer_neither_rejects_nor_adds():
    case = Case(step("a"))
    case.enter(ANNA)
    case.say("signer_added", ANNA, who=[CHEN, None], where="before")
    assert refused(case, "rejected", CHEN, reason="x") == "kind"
    assert refused(case, "signer_added", CHEN, who=[DING, None], where="after") == "kind"
    case.back(CHEN)
    assert case.state.status == "returned"


def test_a_delegate_signs_in_the_place_of_the_holder():
    case = Case(step("a", mode="turn"))
    case.enter(ANNA, BATU)
    case.say("signer_added", ANNA, who=[DING, None], where="after")
    case.say("delegated", ANNA, to=[CHEN, None], reason="出差")
    assert case.open() == [CHEN]
    case.approve(CHEN)
    assert case.open() == [DING]
    case.approve(DING)
    assert case.open() == [BATU]


@pytest.mark.parametrize(
    ("user", "code"), [(APPLICANT, "applicant"), (ANNA, "acted"), (BATU, "self"), (CHEN, "has_task")]
)
@pytest.mark.parametrize("kind", ["delegated", "signer_added"])
def test_separation_holds_for_delegates_and_added_signers(kind, user, code):
    case = Case(step("a"), step("b", mode="all"))
    case.enter(ANNA)
    case.approve(ANNA)
    case.enter(BATU, CHEN)
    data = {"to": [user, None], "reason": "出差"} if kind == "delegated" else {"who": [user, None], "where": "after"}
    assert refused(case, kind, BATU, **data) == code


def test_escalation_respects_separation_too():
    case = Case(step("a"), step("b"))
    case.enter(ANNA)
    case.approve(ANNA)
    case.enter(BATU)
    assert refused(case, "escalated", to=[[ANNA, None]]) == "acted"
    assert refused(case, "escalated", to=[[APPLICANT, None]]) == "applicant"


def test_candidates_are_filtered_and_counted_once():
    case = Case(step("a"), step("b"))
    case.enter(ANNA)
    case.approve(ANNA)
    candidates = [(APPLICANT, 1), (ANNA, 2), (BATU, 3), (BATU, 4)]
    assert eligible(case.state, "b", candidates) == [(BATU, 3)]


def test_who_delegated_has_acted():
    case = Case(step("a"), step("b"))
    case.enter(ANNA)
    case.say("delegated", ANNA, to=[BATU, None], reason="出差")
    assert refused(case, "delegated", BATU, to=[ANNA, None], reason="还回去") == "acted"
    case.approve(BATU)
    assert eligible(case.state, "b", [(ANNA, None), (BATU, None)]) == []


def test_a_return_to_an_earlier_step_begins_a_circulation_there():
    case = Case(step("a"), step("b", return_to="previous"))
    case.enter(ANNA)
    case.approve(ANNA)
    case.enter(BATU)
    assert return_targets(case.flow, case.state) == ("a",)
    assert refused(case, "returned", BATU, to="applicant", reason="x") == "target"
    case.back(BATU, "a")
    assert (case.state.step, case.state.circulation) == ("a", 2)
    assert eligible(case.state, "a", [(ANNA, None), (BATU, None)]) == [(ANNA, None)]
    case.enter(ANNA)
    case.approve(ANNA)
    assert eligible(case.state, "b", [(BATU, None)]) == [(BATU, None)]


def test_a_chosen_return_offers_the_steps_that_were_taken():
    case = Case(step("a"), step("x", when=LARGE), step("b", return_to="choose"), amount="1")
    case.enter(ANNA)
    case.approve(ANNA)
    case.enter(BATU)
    assert return_targets(case.flow, case.state) == ("applicant", "a")


def test_resubmission_begins_again_at_the_first_step():
    case = Case(step("a"), step("b"))
    case.enter(ANNA)
    case.approve(ANNA)
    case.enter(BATU)
    case.back(BATU)
    assert case.state.status == "returned"
    case.say("resubmitted", APPLICANT)
    assert case.state.needs.step == "a"


def test_resubmission_goes_straight_back_where_the_step_says_so():
    steps = (step("a"), step("x", when=LARGE), step("b", resume="here"))
    case = Case(*steps, amount="1")
    case.enter(ANNA)
    case.approve(ANNA)
    case.enter(BATU)
    case.back(BATU)
    case.say("resubmitted", APPLICANT, values={"amount": "2"})
    assert case.state.needs.step == "b"
    case.enter(BATU)
    case.back(BATU)
    case.say("resubmitted", APPLICANT, values={"amount": "6000000"})
    assert case.state.needs.step == "x", "a step that has become necessary is not jumped over"


def test_who_decided_does_not_submit_again():
    case = Case(step("a"))
    case.enter(ANNA)
    case.back(ANNA)
    assert refused(case, "resubmitted", ANNA) == "acted"
    case.say("resubmitted", BATU)
    assert eligible(case.state, "a", [(BATU, None), (APPLICANT, None), (ANNA, None)]) == [(ANNA, None)]


def test_withdrawing_ends_when_somebody_has_acted():
    case = Case(step("a", mode="all"))
    case.enter(ANNA, BATU)
    assert "withdraw" in allowed_in(case.flow, case.state, APPLICANT)
    case.approve(ANNA)
    assert refused(case, "withdrawn", APPLICANT) == "touched"
    assert refused(case, "withdrawn", CHEN) == "stranger"
    assert "withdraw" not in allowed_in(case.flow, case.state, APPLICANT)


def test_withdrawn_while_nobody_can_act_and_submitted_again():
    case = Case(step("a"), step("b"))
    case.enter(ANNA)
    case.approve(ANNA)
    case.say("nobody", missing="单位负责人")
    assert case.state.status == "stuck"
    case.say("withdrawn", APPLICANT)
    case.say("resubmitted", APPLICANT)
    assert (case.state.status, case.state.needs.step) == ("running", "a")


def test_urging_once_an_hour():
    case = Case(step("a"))
    case.enter(ANNA)
    case.say("urged", APPLICANT)
    case.minutes = 59
    assert refused(case, "urged", APPLICANT) == "too_soon"
    case.minutes = 60
    case.say("urged", APPLICANT)
    assert refused(case, "urged", ANNA) == "stranger"


def test_an_opinion_holds_nothing_up_and_counts_as_no_signature():
    case = Case(step("a"), step("b"))
    case.enter(ANNA)
    case.say("consulted", ANNA, who=[BATU, None], question="?")
    assert refused(case, "consulted", ANNA, who=[BATU, None], question="?") == "asked"
    assert refused(case, "approved", BATU) == "kind"
    case.say("opinion", BATU, text="同意")
    case.approve(ANNA)
    assert eligible(case.state, "b", [(BATU, None)]) == [(BATU, None)]


def test_an_upper_post_decides_for_those_who_let_the_deadline_pass():
    case = Case(step("a", mode="all"), step("b"))
    case.enter(ANNA, BATU)
    case.say("escalated", to=[[CHEN, None]])
    assert case.open() == [ANNA, BATU, CHEN]
    case.approve(CHEN)
    assert case.state.step == "b"


def test_the_step_is_asked_for_again_when_its_last_holder_has_left():
    case = Case(step("a", mode="all"))
    case.enter(ANNA, BATU)
    case.say("replaced", user=ANNA, approvers=[[CHEN, None]])
    assert case.open() == [BATU, CHEN]
    case.say("replaced", user=BATU, approvers=[])
    case.say("replaced", user=CHEN, approvers=[])
    assert case.state.needs.step == "a"
    case.enter(DING)
    case.approve(DING)
    assert case.state.status == "approved"


def test_a_second_decision_says_it_is_over():
    case = Case(step("a"), step("b"))
    case.enter(ANNA, BATU)
    loser = case.state.tasks[1].key
    case.approve(ANNA)
    event = Event(9, "approved", BATU, START, loser, "b", {})
    with pytest.raises(EngineRefusal) as caught:
        check_act(case.flow, case.state, event)
    assert caught.value.code == "decided"


def test_copies_reach_each_person_once_and_after_the_end_too():
    case = Case(step("a"))
    case.enter(ANNA)
    case.approve(ANNA)
    case.say("copied", APPLICANT, to=[[BATU, None], [CHEN, None]])
    case.say("copied", ANNA, to=[[BATU, None]])
    assert [task.user for task in case.state.tasks if task.kind == "copy"] == [BATU, CHEN]
    assert refused(case, "copied", ERDE, to=[[DING, None]]) == "stranger"
