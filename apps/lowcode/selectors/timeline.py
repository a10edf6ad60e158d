"""The way of a document as every page shows it: what happened, who has it now and since when, what comes next."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from apps.accounts.roles import ROLES
from apps.lowcode import bindings
from apps.lowcode.flow.definition import APPLICANT, Flow
from apps.lowcode.flow.sentences import approvers_sentence
from apps.lowcode.flow.state import CaseState as State
from apps.lowcode.models import Case, CaseEvent, Task, TaskKind
from apps.lowcode.models import TaskState as T
from apps.lowcode.selectors.cases import events_of, state_of
from apps.lowcode.selectors.flows import flow_of
from apps.lowcode.words import Words

POST = ("post__region", "post__unit__region", "post__department__region")  # what the words of a post need
SAID: dict[str, str | Promise] = {
    "started": gettext_lazy("submitted"),
    "resubmitted": gettext_lazy("submitted again"),
    "entered": gettext_lazy("has come to"),
    "nobody": gettext_lazy("found nobody who can act"),
    "approved": gettext_lazy("approved"),
    "returned": gettext_lazy("returned"),
    "rejected": gettext_lazy("rejected"),
    "delegated": gettext_lazy("passed on to"),
    "signer_added": gettext_lazy("added as a signer"),
    "consulted": gettext_lazy("asked for an opinion"),
    "opinion": gettext_lazy("gave an opinion"),
    "copied": gettext_lazy("sent a copy to"),
    "urged": gettext_lazy("urged"),
    "reminded": gettext_lazy("reminded"),
    "escalated": gettext_lazy("overdue, also given to"),
    "withdrawn": gettext_lazy("withdrew"),
    "replaced": gettext_lazy("given to the present holders of the post"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened. `people` are those it was done to, `notes` what else belongs to it (label, text)."""

    seq: int
    kind: str
    said: str
    name: str
    post_label: str
    at: datetime.datetime
    step: str
    text: str = ""
    people: tuple[str, ...] = ()
    notes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who has the document now."""

    name: str
    post_label: str
    kind: str
    since: datetime.datetime
    due: datetime.date | None
    is_waiting: bool


@dataclass(frozen=True, slots=True)
class Coming:
    """A step that is still to come, and who will act there."""

    key: str
    name: str
    who: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """Everything a page needs to show the way of one case."""

    case: Case
    step: str
    missing: str
    entries: tuple[Entry, ...] = ()
    holders: tuple[Holder, ...] = ()
    coming: tuple[Coming, ...] = field(default_factory=tuple)

    @property
    def since(self) -> datetime.datetime | None:
        """Since when the document has been where it is."""
        return self.entries[-1].at if not self.holders and self.entries else self._first_since()

    def _first_since(self) -> datetime.datetime | None:
        return min((holder.since for holder in self.holders), default=None)


def timeline_of(case: Case, events: list[CaseEvent] | None = None) -> Timeline:
    """Read the way of a case: two queries, beside the case with its version; one where its history is at hand."""
    flow, rows = flow_of(case.version), events_of(case) if events is None else events
    state = state_of(case, rows)
    open_tasks = case.tasks.filter(state__in=[T.OPEN, T.WAITING]).select_related("user").prefetch_related(*POST)
    stuck = rows[-1] if rows and state.status == "stuck" else None
    return Timeline(
        case=case,
        step=_step_name(flow, state.step),
        missing=missing_words(_last_nobody(rows)) if stuck else "",
        entries=tuple(_entry(case, flow, row) for row in rows if not _is_hidden(row)),
        holders=tuple(_holder(task) for task in open_tasks.order_by("pk")),
        coming=tuple(_coming(flow, state)),
    )


def missing_words(data: dict[str, Any]) -> str:
    """The post that nobody holds: its role and where; or who holds it but has acted on the document already."""
    lost = data.get("missing", {})
    role = ROLES[lost["role"]].label if lost.get("role") in ROLES else lost.get("role", "")
    words = {"role": role, "place": Words(lost.get("zh") or "—", lost.get("mn", ""))}
    barred = data.get("barred")
    if barred:
        return _("%(role)s · %(place)s (%(names)s may not act on this document any more)") % (
            words | {"names": pgettext("between the values of a list", ", ").join(barred)}
        )
    return _("%(role)s · %(place)s") % words


def _last_nobody(rows: list[CaseEvent]) -> dict[str, Any]:
    return next((row.data for row in reversed(rows) if row.kind == "nobody"), {})


def _is_hidden(row: CaseEvent) -> bool:
    return row.kind == "reminded"


def _entry(case: Case, flow: Flow, row: CaseEvent) -> Entry:
    data = row.data
    return Entry(
        seq=row.seq,
        kind=row.kind,
        said=str(SAID.get(row.kind, row.kind)),
        name=row.name if row.user_id else "",
        post_label=row.post_label if row.user_id else "",
        at=row.at,
        step=_step_name(flow, row.step),
        text=data.get("opinion") or data.get("reason") or data.get("question") or data.get("text") or "",
        people=tuple(data.get("names", ())),
        notes=tuple(_notes(case, flow, row)),
    )


def _notes(case: Case, flow: Flow, row: CaseEvent) -> Iterator[tuple[str, str]]:
    data, binding = row.data, bindings.get(case.subject)
    if row.kind == "returned":
        to = data["to"]
        yield _("goes back to"), _("the applicant") if to == APPLICANT else _step_name(flow, to)
    if row.kind == "signer_added":
        where = pgettext("added signer", "before") if data["where"] == "before" else pgettext("added signer", "after")
        yield _("signs"), where
    if row.kind == "nobody":
        yield _("missing post"), missing_words(data)
    known = binding.fields() if binding and binding.fields and data.get("fields") else {}
    for key in data.get("fields", ()):
        yield _("to mend"), str(known.get(key, key))
    for key, value in data.get("answers", {}).items():
        choices = dict(binding.asks.get(key, ())) if binding else {}
        yield binding.ask_label(key) if binding else key, str(choices.get(value, value))


def _holder(task: Task) -> Holder:
    return Holder(
        name=task.user.name,
        post_label=str(task.post) if task.post else "",
        kind="" if task.kind == TaskKind.MAIN else task.get_kind_display(),
        since=task.created_at,
        due=task.due,
        is_waiting=task.state == T.WAITING,
    )


def _coming(flow: Flow, state: State) -> Iterator[Coming]:
    for key in state.remaining():
        step = flow.step(key)
        yield Coming(key, str(step.name), approvers_sentence(step.approvers))


def _step_name(flow: Flow, key: str) -> str:
    try:
        return str(flow.step(key).name) if key else ""
    except KeyError:
        return key
