"""Background jobs: told, cancelled, failed, sent again; never half done and never someone else's."""

import os
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.actors import actor_of
from apps.accounts.tests.factories import client_of, make_post, sign_in
from apps.desk import services
from apps.desk.kinds import JobKind
from apps.desk.models import Job, JobState
from apps.regions.models import RegionTag
from imbudget.kit import registry
from imbudget.kit.errors import RuleViolation

pytestmark = pytest.mark.django_db(databases=["default", "progress"])


@pytest.fixture
def officer(world):
    return make_post("banner_officer", world.tree.banner)


@pytest.fixture
def start(officer, django_capture_on_commit_callbacks, monkeypatch):
    """Start a job whose work is the given function, and let it run."""

    def begin(work: Any, run: bool = True) -> Job:
        kind = JobKind("work", lambda actor, params, path, progress: work(actor, progress))
        monkeypatch.setitem(registry.job_kinds._rows, "tests.work", kind)
        with django_capture_on_commit_callbacks(execute=run):
            job = services.start_job(actor_of(officer, "10.0.0.7"), "tests.work", {})
        job.refresh_from_db()
        return job

    return begin


def leave_a_mark() -> None:
    RegionTag.objects.create(code="mark", name="mark")


def test_a_job_runs_as_its_person_and_keeps_its_result(start, officer):
    seen = {}

    def work(actor, progress):
        seen["actor"] = actor
        progress(1, 2, "half")
        leave_a_mark()
        return {"url": "/budget/"}

    job = start(work)
    assert (job.state, job.progress, job.result_url) == (JobState.DONE, 100, "/budget/")
    assert (seen["actor"].user_id, seen["actor"].address) == (officer.user_id, "10.0.0.7")
    assert RegionTag.objects.filter(code="mark").exists()


def test_a_refusal_is_shown_and_nothing_is_kept(start):
    def work(actor, progress):
        leave_a_mark()
        raise RuleViolation("不行")

    job = start(work)
    assert (job.state, job.error) == (JobState.FAILED, "不行")
    assert not RegionTag.objects.filter(code="mark").exists()


def test_a_defect_names_the_job_and_not_the_cause(start):
    def work(actor, progress):
        leave_a_mark()
        raise ZeroDivisionError("secret")

    job = start(work)
    assert job.state == JobState.FAILED
    assert str(job.pk) in job.error
    assert "secret" not in job.error
    assert not RegionTag.objects.filter(code="mark").exists()


@pytest.mark.django_db(transaction=True, databases=["default", "progress"])
def test_a_running_job_stops_at_its_next_step_when_asked(start):
    def work(actor, progress):
        leave_a_mark()
        Job.objects.using("progress").update(cancel_asked=True)  # as another person's request would
        progress(2, 2)
        raise AssertionError("it went on")

    job = start(work)
    assert job.state == JobState.CANCELLED
    assert not RegionTag.objects.filter(code="mark").exists()


def test_a_waiting_job_is_cancelled_at_once(start, officer):
    job = start(lambda actor, progress: leave_a_mark(), run=False)
    client = sign_in(Client(), officer.user)
    assert client.post(f"/desk/jobs/{job.pk}/cancel/").status_code == 302
    services.run(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED
    assert not RegionTag.objects.exists()


def test_a_job_is_done_once_however_often_it_is_delivered(start):
    job = start(lambda actor, progress: leave_a_mark() or {})
    services.run(job.pk)
    assert RegionTag.objects.count() == 1


def test_a_worker_that_dies_before_it_says_that_it_is_done_has_done_nothing(start, monkeypatch):
    class Killed(BaseException):
        pass

    def dies(table, job, name, **values):
        if name == "finish":
            raise Killed
        advance(table, job, name, **values)

    advance = services.advance
    job = start(lambda actor, progress: leave_a_mark() or {}, run=False)
    monkeypatch.setattr(services, "advance", dies)
    with pytest.raises(Killed):
        services.run(job.pk)
    monkeypatch.setattr(services, "advance", advance)
    assert not RegionTag.objects.exists()
    assert Job.objects.get(pk=job.pk).state == JobState.RUNNING
    services.run(job.pk)  # sent again
    assert (RegionTag.objects.count(), Job.objects.get(pk=job.pk).state) == (1, JobState.DONE)


def test_a_job_whose_workers_die_again_and_again_is_given_up_with_a_word(start, monkeypatch):
    class Killed(BaseException):
        pass

    def dies(actor, progress):
        leave_a_mark()
        raise Killed

    job = start(dies, run=False)
    Job.objects.filter(pk=job.pk).update(language="zh-hans")
    for _time in range(services.MOST_STARTS):
        with pytest.raises(Killed):
            services.run(job.pk)
    services.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.starts) == (JobState.FAILED, services.MOST_STARTS)
    assert str(job.pk) in job.error
    assert "终止" in job.error
    assert not RegionTag.objects.exists()
    assert services.resend_jobs() == 0


def test_work_of_a_kind_that_is_gone_ends_as_a_defect(start):
    job = start(lambda actor, progress: {}, run=False)
    Job.objects.filter(pk=job.pk).update(kind="tests.gone")
    services.run(job.pk)
    job.refresh_from_db()
    assert (job.state, str(job.pk) in job.error) == (JobState.FAILED, True)


def test_lost_jobs_are_sent_again_and_live_ones_are_not(start):
    job = start(lambda actor, progress: leave_a_mark() or {}, run=False)
    assert services.resend_jobs() == 0
    Job.objects.filter(pk=job.pk).update(created_at=timezone.now() - timedelta(minutes=5))
    assert services.resend_jobs() == 1
    job.refresh_from_db()
    assert job.state == JobState.DONE
    assert services.resend_jobs() == 0


@pytest.mark.covers("B3")
def test_a_post_that_ended_meanwhile_grants_the_job_nothing(start, officer):
    seen = {}
    job = start(lambda actor, progress: seen.setdefault("actor", actor) and {}, run=False)
    type(officer).objects.filter(pk=officer.pk).update(
        valid_from=timezone.localdate() - timedelta(days=9), valid_to=timezone.localdate() - timedelta(days=1)
    )
    services.run(job.pk)
    assert not seen["actor"].grants


@pytest.mark.covers("B6")
def test_another_person_does_not_see_the_job(start, world):
    job = start(lambda actor, progress: {})
    other = client_of("banner_officer", world.tree.banner)
    assert other.get(f"/desk/jobs/{job.pk}/").status_code == 404
    assert other.post(f"/desk/jobs/{job.pk}/cancel/").status_code == 404


@pytest.mark.covers("G2")
def test_old_files_are_deleted_and_fresh_ones_stay(start, settings, tmp_path):
    settings.MEDIA_ROOT, settings.CLEAR_DIR = tmp_path, tmp_path / "open"
    old, fresh = services.result_path("0" * 32), services.result_path("1" * 32)
    for path in (old, fresh):
        path.write_bytes(b"x")
    long_ago = (timezone.now() - timedelta(days=8)).timestamp()
    parts = fresh.with_name("c.parts")  # of a file that was never finished
    parts.mkdir()
    (parts / "1.pdf").write_bytes(b"x")
    for path in (old, parts):
        os.utime(path, (long_ago, long_ago))
    assert services.clear_files() == 2
    assert not old.exists()
    assert not parts.exists()
    assert fresh.exists()


def test_a_view_is_kept_under_its_name_and_only_for_its_person(officer, world):
    client = sign_in(Client(), officer.user)
    asked = {"page": "/budget/sheets/", "name": "本年草稿", "query": "state=draft"}
    assert client.post("/desk/views/save/", asked).url == "/budget/sheets/?state=draft"
    assert "本年草稿" in client.get("/budget/sheets/").content.decode()
    assert "本年草稿" not in client_of("banner_officer", world.tree.banner).get("/budget/sheets/").content.decode()
    outside = client.post("/desk/views/save/", asked | {"page": "//evil.example/x"})
    assert outside.url.startswith("/")
    assert not outside.url.startswith("//")


@pytest.mark.parametrize("page", ["http://[", "//evil.example/", "/\\evil.example", "javascript:x"])
def test_a_view_leads_nowhere_outside(world, page):
    browser = client_of("banner_officer", world.tree.banner)
    response = browser.post(reverse("desk:save_view"), {"page": page, "name": "甲", "query": "a=1"})
    assert response.url == "/?a=1"
