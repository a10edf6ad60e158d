"""The four lists of a person's inbox; each is read by one index, however many tasks there are."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from apps.codes.workdays import working_days_between
from apps.lowcode.models import Case, CaseState, Task, TaskKind, TaskState
from imbudget.kit.actor import Actor

CAP = 100  # a count goes as far as this; beyond it a badge says 99+


def to_do(actor: Actor) -> QuerySet[Task]:
    """What waits for the person; copies are only read."""
    return Task.objects.visible_to(actor).filter(state=TaskState.OPEN).exclude(kind=TaskKind.COPY)


def own_tasks(actor: Actor, subject: str, documents: QuerySet) -> QuerySet[Task]:
    """The open tasks of a person, in the post they act in, on these documents; in the order of their cases."""
    held = to_do(actor).filter(case__subject=subject, case__document_id__in=documents.order_by().values("pk"))
    return held.filter(post=actor.post_id).select_related("case", "post").order_by("case_id")


def done(actor: Actor) -> QuerySet[Task]:
    """What the person has decided."""
    return Task.objects.visible_to(actor).filter(state=TaskState.DONE).exclude(kind=TaskKind.COPY)


def copied(actor: Actor) -> QuerySet[Task]:
    """What was copied to the person."""
    return Task.objects.visible_to(actor).filter(kind=TaskKind.COPY)


def mine(actor: Actor) -> QuerySet[Case]:
    """The documents that the person sent off, as far as their present post sees them."""
    return Case.objects.visible_to(actor).filter(applicant_id=actor.user_id)


def counts(actor: Actor) -> dict[str, str]:
    """How many stand in each list, to a cap."""
    lists: dict[str, QuerySet[Any]] = {
        "todo": to_do(actor),
        "done": done(actor),
        "mine": mine(actor),
        "copied": copied(actor),
    }
    return {name: _capped(rows.order_by()[:CAP].count()) for name, rows in lists.items()}


def _capped(count: int) -> str:
    return str(count) if count < CAP else f"{CAP - 1}+"


@dataclass(frozen=True, slots=True)
class Waiting:
    """One task as the home page shows it."""

    task: Task
    step: str
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class Glance:
    """The beginning of an inbox, for the home page."""

    tasks: list[Waiting]
    count: str


def first_to_do(actor: Actor, limit: int = 5) -> Glance:
    """The newest few tasks with their cases, and how many there are."""
    rows = to_do(actor)
    tasks = list(rows.select_related("case").order_by("-pk")[:limit])
    count = str(len(tasks)) if len(tasks) < limit else _capped(rows.order_by()[:CAP].count())
    today, language = timezone.localdate(), get_language() or ""
    shown = [Waiting(task, task.get_step_name(language), bool(task.due and task.due < today)) for task in tasks]
    return Glance(shown, count)


def days_left(task: Task) -> int | None:
    """Working days until a task is due; negative when that has passed."""
    return working_days_between(timezone.localdate(), task.due, task.case.region) if task.due else None


def words_for_days(days: int) -> str:
    """Working days left in words."""
    if days < 0:
        return ngettext("%(count)d working day late", "%(count)d working days late", -days) % {"count": -days}
    if days == 0:
        return _("due today")
    return ngettext("%(count)d working day", "%(count)d working days", days) % {"count": days}


def holders_of_documents(subject: str, document_ids: list[int]) -> dict[int, str]:
    """Who has each of these documents of one type now, by name."""
    if not document_ids:
        return {}
    rows = Case.objects.filter(subject=subject, document_id__in=document_ids, state=CaseState.RUNNING)
    cases = dict(rows.values_list("pk", "document_id"))
    return {cases[pk]: names for pk, names in holders_of(list(cases)).items()}


def holders_of(case_ids: list[int]) -> dict[int, str]:
    """Who has each of these cases now, by name."""
    rows = Task.objects.filter(case__in=case_ids, state=TaskState.OPEN).exclude(kind=TaskKind.COPY).order_by("pk")
    names: dict[int, list[str]] = {}
    for case_id, name in rows.values_list("case_id", "user__name"):
        names.setdefault(case_id, []).append(name)
    comma = pgettext("between the values of a list", ", ")
    return {case_id: comma.join(dict.fromkeys(found)) for case_id, found in names.items()}
