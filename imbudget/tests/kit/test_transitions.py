"""A state moves along its arrows only, once, and with what belongs to the move."""

import pytest
from django.utils import timezone

from apps.budget.transitions import COMPILATION, SHEET
from apps.desk.models import Job, JobState
from apps.desk.transitions import JOB
from imbudget.kit.errors import ALLOWED, NotAllowed, RuleViolation, refused, require
from imbudget.kit.transitions import advance, available, is_open

TABLES = {"job": JOB, "sheet": SHEET, "compilation": COMPILATION}


@pytest.fixture
def job(db: None) -> Job:
    return Job.objects.create(kind="x", label="x")


def test_a_move_sets_the_state_and_its_values_in_the_row_and_the_object(job: Job):
    moment = timezone.now()
    advance(JOB, job, "start", heartbeat=moment)
    again = Job.objects.get(pk=job.pk)
    assert (job.state, job.heartbeat) == (again.state, again.heartbeat) == (JobState.RUNNING, moment)


def test_a_move_that_does_not_leave_the_state_is_refused(job: Job):
    with pytest.raises(RuleViolation, match="no longer open"):
        advance(JOB, job, "finish", message="x")
    assert Job.objects.get(pk=job.pk).message == ""
    assert job.state == JobState.QUEUED


def test_the_row_decides_not_the_object_read_earlier(job: Job):
    stale = Job.objects.get(pk=job.pk)
    advance(JOB, job, "cancel")
    with pytest.raises(RuleViolation):
        advance(JOB, stale, "start")
    assert Job.objects.get(pk=job.pk).state == JobState.CANCELLED


def test_a_move_of_one_row_leaves_the_others(job: Job):
    other = Job.objects.create(kind="x", label="y")
    advance(JOB, job, "start")
    assert Job.objects.get(pk=other.pk).state == JobState.QUEUED


def test_the_arrows_that_are_open():
    assert set(available(JOB, JobState.QUEUED)) == {"start", "fail", "cancel"}
    assert available(JOB, JobState.DONE) == []
    assert is_open(JOB, Job(state=JobState.QUEUED), "start")
    assert not is_open(JOB, Job(state=JobState.DONE), "start")


@pytest.mark.parametrize("name", TABLES)
def test_every_state_is_reached_and_left_by_the_names_of_its_choices(name):
    table = TABLES[name]
    kinds = {type(target) for _sources, target in table.values()}
    assert len(kinds) == 1
    states = set(kinds.pop())
    assert {state for sources, _target in table.values() for state in sources} <= states
    reached = {target for _sources, target in table.values()}
    assert len(states - reached) <= 1, "only the first state is reached by no arrow"


def test_a_verdict_speaks_for_itself():
    require(ALLOWED)
    with pytest.raises(NotAllowed, match="because"):
        require(refused("because"))
