"""Workers that are killed at the last moment of their work: nothing is half done, and the next one does it once.

The other moments are tried for the import (`test_import_interrupted`) and the letters (`test_letters`).
"""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import connection

from apps.accounts.actors import actor_of
from apps.accounts.tests.factories import make_actor, make_post
from apps.budget import services as budget
from apps.budget.models import BudgetApproval, CheckRun, ControlFigure, Snapshot
from apps.budget.services.controlimport import HEADS
from apps.budget.tests.factories import line, make_compilation, make_sheet, officer_of, one_round
from apps.desk import services as desk
from apps.desk.models import Job, JobState
from apps.evidence.models import Entry
from apps.ledger import services as ledger
from apps.ledger.models import Authority, AuthorityDocument, DocumentKind, Posting
from apps.ledger.services.lines import LineInput
from apps.ledger.tests.factories import broken, fresh, head, issue, load_chart, make_pool
from apps.lowcode.models import CaseEvent, Task, TaskState

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "progress"])
CHILD = """
import sys, time, django
django.setup()
from apps.desk import services
real = services.advance
def stop(table, job, name, **values):
    if name == "finish":
        print("here", flush=True)
        time.sleep(120)
    real(table, job, name, **values)
services.advance = stop
services.run(int(sys.argv[1]))
"""
Begun = tuple[Job, Callable[[], Any]]


def order(post: Any, kind: str, params: dict[str, Any], file: Any = None) -> Job:
    return desk.start_job(actor_of(post, "10.0.0.7"), kind, params, file=file)


def long_signature(world: Any) -> Begun:
    """The last signature on a document, which posts it."""
    call_command("load_flows", verbosity=0)
    pool = make_pool(world, "1000.00")
    authority = issue(world, pool, "500.00")
    officer = make_actor("banner_officer", world.tree.banner)
    post = make_post("finance_leader", world.tree.banner)
    document = ledger.draw_up(officer, world.tree.banner, 2027, DocumentKind.SUPPLEMENT, head())
    lines = [LineInput(Decimal(100), origin=fresh(pool), target=fresh(authority))]
    ledger.save_document(officer, document, document.revision, {}, lines)
    ledger.submit_document(officer, document)
    task = Task.objects.get(user=post.user, state=TaskState.OPEN)

    def state() -> Any:
        assert broken() == set()
        return (
            AuthorityDocument.objects.get(pk=document.pk).state,
            Posting.objects.filter(document=document).count(),
            CaseEvent.objects.count(),
        )

    return order(post, "lowcode.approve", {"task": task.pk, "opinion": "同意", "asked": {}}), state


def compilation(world: Any) -> Begun:
    make_sheet(world.codes, world.unit, state="accepted")
    compiled = make_compilation(world.codes, world.tree.banner)
    job = order(make_post("banner_officer", world.tree.banner), "budget.compile", {"compilation": compiled.pk})
    return job, lambda: (Snapshot.objects.count(), Entry.objects.filter(event="budget.compiled").count())


def approval(world: Any) -> Begun:
    load_chart()
    call_command("load_flows", verbosity=0)
    make_post("finance_leader", world.tree.banner)
    make_sheet(world.codes, world.unit, [line(world.codes, "100.00")], "accepted")
    one_round(world.tree.banner)
    compiled = make_compilation(world.codes, world.tree.banner)
    budget.compile_budget(officer_of(world.tree.banner), compiled)
    given = {"number": "新财预〔2027〕1号", "title": "批复", "dated": str(date(2027, 1, 25)), "basis": "人大决议"}
    params = {"compilation": compiled.pk, "head": given}
    job = order(make_post("banner_officer", world.tree.banner), "budget.approval", params)
    return job, lambda: (AuthorityDocument.objects.count(), BudgetApproval.objects.count(), Authority.objects.count())


def control_figures(world: Any) -> Begun:
    rows = [
        HEADS,
        ("", "", "111", "基本支出", "1000", ""),
        (world.unit.department.code, "", "111", "基本支出", "800", ""),
    ]
    file = ContentFile("\n".join(map(",".join, rows)).encode(), name="控制数.csv")
    params = {"region": world.tree.banner.pk, "year": 2027, "name": "控制数.csv", "dry_run": False}
    job = order(make_post("banner_officer", world.tree.banner), "budget.control_import", params, file)
    return job, lambda: (ControlFigure.objects.count(), Entry.objects.filter(event="budget.control_imported").count())


def checks(world: Any) -> Begun:
    make_sheet(world.codes, world.unit)
    params = {"region": world.tree.banner.pk, "year": 2027, "round": "first_up"}
    job = order(make_post("banner_officer", world.tree.banner), "budget.checks", params)
    return job, lambda: list(CheckRun.objects.values_list("sheets", flat=True))


@pytest.mark.parametrize("begin", [long_signature, compilation, approval, control_figures, checks])
def test_a_killed_worker_leaves_nothing_and_the_next_one_does_it_once(world, begin, settings, monkeypatch, tmp_path):
    monkeypatch.setattr(desk, "_send", lambda job_id: None)
    settings.MEDIA_ROOT = tmp_path
    job, state = begin(world)
    before = state()
    kill_at_the_end(job, tmp_path)
    assert state() == before
    job.refresh_from_db()
    assert (job.state, job.starts) == (JobState.RUNNING, 1)
    desk.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error) == (JobState.DONE, "")
    after = state()
    assert after != before
    desk.run(job.pk)
    assert state() == after
    call_command("verify_ledger")


def kill_at_the_end(job: Job, media: Path) -> None:
    """Let another process do the job and kill it when all of its work is written, but not yet kept."""
    values = connection.settings_dict
    url = f"postgresql://{values['USER']}@{quote(values['HOST'], safe='')}/{values['NAME']}"
    env = os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "imbudget.settings_test"}
    command = [sys.executable, "-c", CHILD.replace("django.setup()", f"django.setup()\n{MEDIA % str(media)}", 1)]
    with subprocess.Popen([*command, str(job.pk)], stdout=subprocess.PIPE, env=env, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline().strip() == "here"
        child.send_signal(signal.SIGKILL)
    with connection.cursor() as cursor:  # the server learns of it a moment later, and holds the job's lock until then
        cursor.execute("SELECT pg_advisory_lock(7001, %s), pg_advisory_unlock(7001, %s)", [job.pk, job.pk])


MEDIA = "from django.conf import settings; settings.MEDIA_ROOT = %r"
