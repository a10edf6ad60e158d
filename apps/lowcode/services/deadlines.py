"""What happens without anybody's act: reminders, escalation, tasks of people who left, cases that waited for a post.

Each case is looked after in its own transaction under its lock, and what was done is kept on the row: a second run
does nothing twice.
"""

import logging
from collections.abc import Callable, Iterable

from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.formats import date_format

from apps.accounts.models import Post
from apps.codes.workdays import add_working_days
from apps.lowcode.flow.definition import Step
from apps.lowcode.flow.engine import eligible
from apps.lowcode.flow.state import TaskState
from apps.lowcode.models import CaseState as C
from apps.lowcode.models import Task
from apps.lowcode.models import TaskState as T
from apps.lowcode.selectors.candidates import Candidate, candidates, successors
from apps.lowcode.selectors.deadlines import cases_due, cases_left, cases_stuck
from apps.lowcode.services import telling
from apps.lowcode.services.running import ENGINE, Running, take
from imbudget.kit.acts import clockwork
from imbudget.kit.errors import RuleViolation

log = logging.getLogger(__name__)


def watch_deadlines() -> int:
    """Remind before and escalate after the day a step is due; returns how many cases something was done for."""
    return _each(cases_due(timezone.localdate()), _watch)


def renew_holders() -> int:
    """Give tasks of people whose post has ended to its present holders, and let waiting cases look again."""
    return _each(cases_left(timezone.localdate()), _renew) + _each(cases_stuck(), _go_on)


def _each(case_ids: Iterable[int], work: Callable[[Running], bool]) -> int:
    """One transaction for each case; one that fails is told to the operator and keeps nobody else waiting."""
    done = 0
    for case_id in list(case_ids):
        try:
            done += _look_after(case_id, work)
        except RuleViolation as refusal:
            log.warning("case %s: %s", case_id, refusal)
        except Exception:
            log.exception("case %s could not be looked after", case_id)
    return done


@clockwork
def _look_after(case_id: int, work: Callable[[Running], bool]) -> bool:
    return work(take(ENGINE, case_id))


def _watch(running: Running) -> bool:
    if running.standing.status != C.RUNNING or not running.standing.step:
        return False
    step = running.flow.step(running.standing.step)
    keys = [task.key for task in running.standing.live_here()]
    rows = list(running.case.tasks.filter(key__in=keys, state=T.OPEN, due__isnull=False))
    reminded = _remind(running, step, rows)
    return _escalate(running, step, rows) or reminded


def _remind(running: Running, step: Step, rows: list[Task]) -> bool:
    """Tell the holders, once, from the day on that the step names."""
    today, due = timezone.localdate(), [row for row in rows if row.reminded_at is None]
    if not step.remind or not due:
        return False
    due = [row for row in due if row.due and today >= add_working_days(row.due, -step.remind, running.case.region)]
    for row in due:
        day = date_format(row.due, "Y-m-d") if row.due else ""
        telling.remind(running, row, day)
    Task.objects.filter(pk__in=[row.pk for row in due]).update(reminded_at=timezone.now())
    if due:
        running.add("reminded", actor=ENGINE, tasks=[row.key for row in due])
        running.keep()
    return bool(due)


def _escalate(running: Running, step: Step, rows: list[Task]) -> bool:
    """Give an overdue step to an upper post as well, once; with nobody there it is tried again at the next run."""
    today = timezone.localdate()
    late = [row for row in rows if row.due and row.due < today and row.escalated_at is None]
    if step.escalate is None or not late:
        return False
    found = candidates(running.binding, step.escalate, running.document)
    holders = {task.user for task in running.standing.live_here()}
    able = [one for one in eligible(running.standing, step.key, [one.pair for one in found]) if one[0] not in holders]
    if not able:
        return False
    names = {candidate.user_id: candidate.name for candidate in found}
    running.add("escalated", actor=ENGINE, to=able, names=[names[user] for user, _post in able])
    running.keep()
    here = running.case.tasks.filter(step=step.key, circulation=running.standing.circulation)
    # Who has just been given an overdue task needs no reminder of it.
    here.update(escalated_at=timezone.now(), reminded_at=Coalesce("reminded_at", timezone.now()))
    return True


def _renew(running: Running) -> bool:
    """Replace everybody at the present step who no longer holds the post their task was given to."""
    changed = False
    for task in running.standing.live_here():
        # What has just been done for another task may have ended this one, or the whole step.
        if task not in running.standing.live_here() or running.standing.needs is not None or not _has_left(task):
            continue
        heirs = _heirs(running, task)
        if not heirs and task.kind != "main":
            continue  # a signature that somebody asked for is not dropped: it waits until the post is filled
        names = [candidate.name for candidate in heirs]
        running.add("replaced", actor=ENGINE, task=task.key, approvers=[one.pair for one in heirs], names=names)
        changed = True
    if changed:
        running.keep()
    return changed


def _heirs(running: Running, task: TaskState) -> list[Candidate]:
    """Who holds now what the task was given to, and has nothing to sign at this step yet."""
    step = running.flow.step(running.standing.step)
    if task.kind != "main":
        found = successors(running.binding, running.document, task.post)
    else:
        seat = step.escalate if task.escalated and step.escalate else step.approvers
        found = candidates(running.binding, seat, running.document, running.case.chosen.get(step.key, ()))
    busy = {other.user for other in running.standing.live_here()}
    able = {user for user, _post in eligible(running.standing, step.key, [one.pair for one in found])} - busy
    return list({one.user_id: one for one in reversed(found) if one.user_id in able}.values())[::-1]


def _has_left(task: TaskState) -> bool:
    held = Post.objects.on().filter(user=task.user, user__is_active=True)
    return not (held.filter(pk=task.post) if task.post else held).exists()


def _go_on(running: Running) -> bool:
    if running.standing.needs is None:
        return False
    running.settle()
    if running.standing.needs is not None:
        return False
    running.keep()
    return True
