"""What becomes of a stored project in the demonstration: ended, changed, or with a request still on its way."""

from collections.abc import Callable, Mapping
from typing import Any

from apps.lowcode.models import Task
from apps.lowcode.services import tasks
from apps.projects import services
from apps.projects.models import Project, ProjectChange
from imbudget.kit.actor import Actor

People = Mapping[str, Actor]
Lists = Mapping[str, list[Any]]
Fate = Callable[[Actor, People, Project, Lists], None]
REASON = "材料和人工价格上涨，原定金额不能完成全部任务，申请调整。"


def ended(clerk: Actor, people: People, project: Project, more: Lists) -> None:
    """Its end is asked for, and granted by all."""
    change = services.request_termination(clerk, project, reason="规划调整，实施地点已纳入其他工程，申请提前终止。")
    services.submit_change(clerk, change)
    _approve(people, change, "head", "department", "finance")


def asked(clerk: Actor, people: People, project: Project, more: Lists) -> None:
    """A change waits at the competent department."""
    change = services.request_change(clerk, project, reason=REASON, parts=more)
    services.submit_change(clerk, change)
    _approve(people, change, "head")


def returned(clerk: Actor, people: People, project: Project, more: Lists) -> None:
    """A change came back to its unit, which has not handed it in again."""
    change = services.request_change(clerk, project, reason=REASON, parts=more)
    services.submit_change(clerk, change)
    tasks.send_back(people["head"], _task(people["head"], change), reason="请附价格变化的依据。", fields=["funding"])


def changed(clerk: Actor, people: People, project: Project, more: Lists) -> None:
    """A change was approved by all and carried out."""
    change = services.request_change(clerk, project, reason=REASON, parts=more, targets="实施面积相应增加。")
    services.submit_change(clerk, change)
    _approve(people, change, "head", "department", "finance")


FATES: tuple[Fate, ...] = (ended, asked, returned, changed)


def _approve(people: People, change: ProjectChange, *names: str) -> None:
    for name in names:
        tasks.approve(people[name], _task(people[name], change), opinion="同意")


def _task(actor: Actor, change: ProjectChange) -> Task:
    """The open task of this person in the request's case."""
    mine = Task.objects.select_related("case").filter(user_id=actor.user_id or 0, state="open")
    return mine.get(case__subject=f"projects.{change.kind}", case__document_id=change.pk)
