"""Whom an act is told of, and how."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from apps.accounts.roles import ROLES
from apps.lowcode.flow.definition import APPLICANT
from apps.lowcode.models import CaseEvent, Task
from apps.lowcode.models import CaseState as C
from apps.notices import kinds
from apps.notices.services import notify

if TYPE_CHECKING:
    from apps.lowcode.services.running import Running


def tell(running: "Running") -> None:
    """The notices of everything that has just been added to a case."""
    for row in running.fresh:
        TELLERS.get(row.kind, _tell_nothing)(running, row)
    _tell_holders(running)
    _tell_outcome(running)


def remind(running: "Running", task: Task, day: str) -> None:
    """Tell the holder of a task by when it is to be decided."""
    url = reverse("lowcode:task", args=[task.pk])
    notify([task.user_id], "lowcode.reminded", url=url, document=running.case.label, due=day)


def _send(running: "Running", people: Iterable[int | None], kind: str, url: str = "", **params: Any) -> None:
    """Tell people, but not the person who acts."""
    others = [user for user in dict.fromkeys(people) if user is not None and user != running.actor.user_id]
    words = {"document": running.case.label, "type": kinds.word(running.binding.label), "name": running.actor.name}
    if others:
        running.notify(others, kind, url=url or _page(running), **(words | params))


def _page(running: "Running") -> str:
    return reverse("lowcode:case", args=[running.case.pk])


def _tell_holders(running: "Running") -> None:
    """Those whose tasks have come open by this act; what was escalated or asked has said so itself."""
    for pk, task in running.opened.items():
        if task.kind != "consult" and not task.escalated:
            _send(running, [task.user], "lowcode.task", reverse("lowcode:task", args=[pk]))


def _tell_outcome(running: "Running") -> None:
    if running.standing.status == C.APPROVED and running.fresh[-1].kind == "approved":
        _send(running, running.standing.applicants, "lowcode.approved", running.case.url)


def _tell_nothing(_running: "Running", _row: CaseEvent) -> None:
    """Nobody waits to hear of this."""


def _tell_returned(running: "Running", row: CaseEvent) -> None:
    """The applicants; who has to do something now is whoever it went back to, and they have a task."""
    to = row.data.get("to", APPLICANT)
    if to == APPLICANT:
        _send(running, running.standing.applicants, f"lowcode.{row.kind}", running.case.url, text=row.data["reason"])
        return
    name = running.flow.step(to).name
    step = kinds.Named(name.zh, name.mn)
    _send(running, running.standing.applicants, "lowcode.sent_back", step=step, text=row.data["reason"])


def _tell_withdrawn(running: "Running", _row: CaseEvent) -> None:
    _send(running, running.closed, "lowcode.withdrawn")


def _tell_consulted(running: "Running", row: CaseEvent) -> None:
    _send(running, [row.data["who"][0]], "lowcode.consulted", text=row.data["question"])


def _tell_opinion(running: "Running", row: CaseEvent) -> None:
    asked = running.standing.task(row.task)
    asker = running.standing.task(asked.origin) if asked else None
    _send(running, [asker.user if asker else None], "lowcode.opinion", text=row.data["text"])


def _tell_copied(running: "Running", row: CaseEvent) -> None:
    _send(running, [user for user, _post in row.data["to"]], "lowcode.copied")


def _tell_urged(running: "Running", _row: CaseEvent) -> None:
    _send(running, [task.user for task in running.standing.live_here() if task.state == "open"], "lowcode.urged")


def _tell_escalated(running: "Running", row: CaseEvent) -> None:
    _send(running, [user for user, _post in row.data["to"]], "lowcode.escalated")


def _tell_nobody(running: "Running", row: CaseEvent) -> None:
    lost = row.data["missing"]
    place = kinds.Named(lost["zh"] or running.case.label, lost["mn"])
    role = kinds.word(ROLES[lost["role"]].label) if lost["role"] in ROLES else lost["role"]
    people = [*running.around.owners(running.case.version.definition.region), *running.standing.applicants]
    # The applicant hears of it even when it was their own act that led here.
    told: dict[str, Any] = {"document": running.case.label, "role": role, "place": place}
    running.notify(dict.fromkeys(people), "lowcode.nobody", url=_page(running), **told)


TELLERS: dict[str, Callable[["Running", CaseEvent], None]] = {
    "returned": _tell_returned,
    "rejected": _tell_returned,
    "withdrawn": _tell_withdrawn,
    "consulted": _tell_consulted,
    "opinion": _tell_opinion,
    "copied": _tell_copied,
    "urged": _tell_urged,
    "escalated": _tell_escalated,
    "nobody": _tell_nobody,
}
