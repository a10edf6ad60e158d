"""The four lists of a person's inbox; each is read by one index, however many tasks there are."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import pgettext

from apps.lowcode.models import Case, Task, TaskKind, TaskState
from imbudget.kit.actor import Actor

CAP = 100  # a count goes as far as this; beyond it a badge says 99+


def to_do(actor: Actor) -> QuerySet[Task]:
    """What waits for the person; copies are only read."""
    return Task.objects.visible_to(actor).filter(state=TaskState.OPEN).exclude(kind=TaskKind.COPY)


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


def first_to_do(actor: Actor, limit: int = 5) -> list[Task]:
    """The newest few tasks, with their cases, for the home page."""
    return list(to_do(actor).select_related("case").order_by("-pk")[:limit])


def holders_of(case_ids: list[int]) -> dict[int, str]:
    """Who has each of these cases now, by name."""
    rows = Task.objects.filter(case__in=case_ids, state=TaskState.OPEN).exclude(kind=TaskKind.COPY).order_by("pk")
    names: dict[int, list[str]] = {}
    for case_id, name in rows.values_list("case_id", "user__name"):
        names.setdefault(case_id, []).append(name)
    comma = pgettext("between the values of a list", ", ")
    return {case_id: comma.join(dict.fromkeys(found)) for case_id, found in names.items()}
