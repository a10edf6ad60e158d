"""Start, run, cancel and resend background jobs; keep how a person is used to their lists."""

import logging
import shutil
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from celery import current_app
from django.conf import settings
from django.core.files import File
from django.db import connections, transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from apps.accounts.actors import actor_of
from apps.accounts.models import Post
from apps.desk.kinds import Cancelled, JobKind
from apps.desk.models import ColumnChoice, Job, JobState, SavedView
from apps.desk.sealing import clear_file, folder, remove_clear, sealed_upload
from apps.desk.transitions import JOB
from imbudget.kit import registry
from imbudget.kit.actor import NOBODY, Actor
from imbudget.kit.errors import RuleViolation
from imbudget.kit.transitions import advance

log = logging.getLogger(__name__)
SILENT = timedelta(seconds=120)  # a job whose worker has been silent this long is sent again
# Whoever began a job so often and was ended each time will be ended again, and all that runs beside it with it.
MOST_STARTS = 5
FILES_LIVE = timedelta(days=7)
CLEAR_LIVE = timedelta(days=1)
TELL_EVERY = 0.5  # seconds between two writes of the progress


def start_job(actor: Actor, kind: str, params: dict[str, Any], label: str = "", file: File | None = None) -> Job:
    """Write the job row and send it to a worker once the row is committed."""
    definition: JobKind = registry.job_kinds.get(kind)
    with transaction.atomic():
        job = Job.objects.create(
            user_id=actor.user_id,
            post_id=actor.post_id,
            kind=kind,
            label=label or str(definition.label),
            params=params,
            file=sealed_upload(file) if file else "",
            language=translation.get_language() or "zh-hans",
            address=actor.address,
        )
        transaction.on_commit(lambda: _send(job.pk))
    job.refresh_from_db()
    return job


def _send(job_id: int) -> None:
    current_app.tasks["desk.run_job"].delay(job_id)


def run(job_id: int) -> None:
    """Do the job's work in one transaction; called by a worker, safe to be called twice.

    A job whose workers were killed `MOST_STARTS` times is given up: it may be what killed them.

    A session-level advisory lock keeps two deliveries of one job apart: the second one goes away at once.
    """
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(7001, %s)", [job_id])
        if not cursor.fetchone()[0]:
            return
        try:
            _run_locked(Job.objects.get(pk=job_id))
        finally:
            cursor.execute("SELECT pg_advisory_unlock(7001, %s)", [job_id])


def _run_locked(job: Job) -> None:
    if not job.is_active:
        return
    if job.cancel_asked:
        advance(JOB, job, "cancel", ended_at=timezone.now())
        remove_clear(job)
        _drop_file(job)
        return
    if job.starts >= MOST_STARTS:
        _give_up(job)
        return
    try:
        advance(JOB, job, "start", heartbeat=timezone.now(), starts=job.starts + 1)
    except RuleViolation:  # cancelled in this very moment
        return
    with translation.override(job.language):
        try:
            definition: JobKind = registry.job_kinds.get(job.kind)
            with clear_file(job) as path, transaction.atomic():
                result = definition.run(_actor_of(job), job.params, path, Reporter(job.pk))
                # With the work itself: a worker that dies here leaves both or neither, and never does it twice.
                advance(JOB, job, "finish", result=result, ended_at=timezone.now())
        except Cancelled:
            advance(JOB, job, "cancel", ended_at=timezone.now())
        except RuleViolation as refusal:
            advance(JOB, job, "fail", error=str(refusal), ended_at=timezone.now())
        except Exception:
            log.exception("job %s failed", job.pk)
            reason = _(
                "A defect stopped this work; nothing of it was kept. Tell the system administrator number %(id)s."
            )
            advance(JOB, job, "fail", error=reason % {"id": job.pk}, ended_at=timezone.now())
    _drop_file(job)


def _drop_file(job: Job) -> None:
    """What came in has been worked with, or never will be: its file goes, the row keeps its name."""
    if job.file.name:
        job.file.storage.delete(job.file.name)


def _give_up(job: Job) -> None:
    log.error("job %s was begun %s times and never ended", job.pk, job.starts)
    with translation.override(job.language):
        reason = _(
            "This work was begun %(count)s times, and each time the computer's process was killed before its end. "
            "Nothing of it was kept. Try it with a smaller file, or tell the system administrator number %(id)s."
        )
        advance(JOB, job, "fail", error=reason % {"count": job.starts, "id": job.pk}, ended_at=timezone.now())
    remove_clear(job)
    _drop_file(job)


def _actor_of(job: Job) -> Actor:
    """The person's rights now, not when the job was started: a post that ended meanwhile grants nothing."""
    if job.post_id is None:
        return NOBODY
    post = Post.objects.with_nodes().select_related("user").get(pk=job.post_id)
    return actor_of(post, job.address)


class Reporter:
    """Tells how far a job is, over a connection of its own so that others see it before the work commits."""

    def __init__(self, job_id: int) -> None:
        self.job_id = job_id
        self.told = 0.0

    def __call__(self, done: int, of: int, message: str = "") -> None:
        now = time.monotonic()
        if now - self.told < TELL_EVERY and done < of:
            return
        self.told = now
        with progress_connection() as cursor:
            cursor.execute(
                "UPDATE desk_job SET done = %s, of = %s, message = %s, heartbeat = now() WHERE id = %s"
                " RETURNING cancel_asked",
                [done, of, message[:500], self.job_id],
            )
            row = cursor.fetchone()
        if row and row[0]:
            raise Cancelled


def progress_connection() -> Any:
    """A cursor outside the work's transaction (the alias `progress`, the same database)."""
    return connections["progress"].cursor()


def cancel_job(actor: Actor, job: Job) -> None:
    """Ask a job to stop; a waiting one stops at once, a running one at its next step, with nothing kept."""
    if job.user_id != actor.user_id:
        raise RuleViolation(_("Only the person who started this work can stop it."))
    with transaction.atomic():
        # Locked, so that a worker cannot begin between the look and the act: work that is kept is never "cancelled".
        state = Job.objects.select_for_update(of=("self",)).values_list("state", flat=True).get(pk=job.pk)
        Job.objects.filter(pk=job.pk, state__in=[JobState.QUEUED, JobState.RUNNING]).update(cancel_asked=True)
        if state == JobState.QUEUED:
            advance(JOB, job, "cancel", ended_at=timezone.now())
            transaction.on_commit(lambda: _drop_file(job))


def resend_jobs() -> int:
    """Send again what is waiting or has gone silent (a message or a worker was lost). Returns how many."""
    silent_since = timezone.now() - SILENT
    lost = Job.objects.filter(
        Q(state=JobState.QUEUED, created_at__lt=silent_since) | Q(state=JobState.RUNNING, heartbeat__lt=silent_since)
    ).values_list("pk", flat=True)
    for job_id in lost:
        _send(job_id)
    return len(lost)


def result_path(token: str, suffix: str = ".zip") -> Path:
    """Where a job leaves a file for its person; tokens are made by us and are hexadecimal."""
    folder = Path(settings.MEDIA_ROOT) / "results"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{token}{suffix}"


def clear_files() -> int:
    """Delete files that came in or went out with jobs more than a week ago; the jobs' rows stay."""
    limit = timezone.now() - FILES_LIVE
    gone = 0
    for job in Job.objects.filter(ended_at__lt=limit).exclude(file=""):
        job.file.delete(save=False)
        gone += Job.objects.filter(pk=job.pk).update(file="")
    for path in (Path(settings.MEDIA_ROOT) / "results").glob("*.*"):
        if path.stat().st_mtime < limit.timestamp():
            if path.is_dir():  # parts of a file that was never finished
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)
            gone += 1
    for path in folder().glob("*-*"):  # of workers that were killed; whoever works with one is younger than a day
        if path.stat().st_mtime < (timezone.now() - CLEAR_LIVE).timestamp():
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def save_view(actor: Actor, page: str, name: str, query: str) -> SavedView:
    """Keep a list's query under a name; the same name is overwritten."""
    if not name or actor.user_id is None:
        raise RuleViolation(_("Give the view a name."))
    view, _created = SavedView.objects.update_or_create(
        user_id=actor.user_id, page=page[:200], name=name[:60], defaults={"query": query[:2000]}
    )
    return view


def drop_view(actor: Actor, view_id: int) -> bool:
    """Forget one of the person's own views; whether there was one."""
    mine = SavedView.objects.filter(pk=view_id, user_id=actor.user_id) if actor.user_id else SavedView.objects.none()
    return mine.exists() and bool(mine.delete())


def choose_first_view(actor: Actor, view_id: int, chosen: bool) -> SavedView | None:
    """Let a list open with one of the person's own views, or no longer; None where it is not theirs."""
    if actor.user_id is None:
        return None
    with transaction.atomic():
        view = SavedView.objects.select_for_update().filter(pk=view_id, user_id=actor.user_id).first()
        if view is None:
            return None
        SavedView.objects.filter(user_id=actor.user_id, page=view.page, is_first=True).update(is_first=False)
        SavedView.objects.filter(pk=view.pk).update(is_first=chosen)
    return view


def choose_columns(actor: Actor, page: str, columns: str) -> None:
    """Keep the columns (names with commas) that the person wants on a list; none: as the list has them."""
    if actor.user_id is None:
        return
    own = ColumnChoice.objects.filter(user_id=actor.user_id, page=page[:200])
    if not columns:
        own.delete()
    elif not own.update(columns=columns[:1000]):
        ColumnChoice.objects.get_or_create(user_id=actor.user_id, page=page[:200], defaults={"columns": columns[:1000]})


class SavedViews:
    """What the kit's list page asks for."""

    def of(self, actor: Actor, page: str) -> registry.Habits:
        """How the person is used to this page."""
        if actor.user_id is None:
            return registry.Habits([])
        mine = {"user_id": actor.user_id, "page": page}
        views = list(SavedView.objects.filter(**mine))
        columns = ColumnChoice.objects.filter(**mine).values_list("columns", flat=True).first() or ""
        return registry.Habits(views, next((view for view in views if view.is_first), None), columns)
