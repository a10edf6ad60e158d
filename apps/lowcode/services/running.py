"""One case under its lock: judge an act by the history, keep it, and let everything else follow from it.

An act takes the case's row lock, replays the history, checks itself against it, and is appended to it. Tasks, the
case's row, notices, evidence and the callbacks of the document's app follow in the same transaction.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.evidence import services as evidence
from apps.lowcode import bindings
from apps.lowcode.bindings import Binding
from apps.lowcode.flow.definition import ApproverKind, Flow, Step
from apps.lowcode.flow.engine import eligible, follow
from apps.lowcode.flow.rules import check_act
from apps.lowcode.flow.state import DECISIONS, CaseState, EngineRefusal, Event, TaskState
from apps.lowcode.models import Case, CaseEvent
from apps.lowcode.models import CaseState as C
from apps.lowcode.selectors.around import Around
from apps.lowcode.selectors.candidates import Candidate, Seat, person
from apps.lowcode.selectors.cases import events_of, state_of
from apps.lowcode.selectors.flows import flow_of
from apps.lowcode.selectors.people import level_held, refuse_named
from apps.lowcode.services import telling
from apps.lowcode.services.syncing import sync_tasks
from apps.lowcode.transitions import CASE
from apps.notices.services import notify
from imbudget.kit.actor import Actor, system_actor
from imbudget.kit.errors import RuleViolation
from imbudget.kit.transitions import advance

ENGINE = system_actor("approval engine")


@dataclass
class Running:
    """A locked case, its state, and what has been added to its history but not kept yet.

    `around` answers questions about people and days, `notify` tells people: acts on many cases lend ones that are shared.
    """

    actor: Actor
    case: Case
    document: Any
    binding: Binding
    flow: Flow
    rows: list[CaseEvent]
    standing: CaseState
    fresh: list[CaseEvent] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    opened: dict[int, TaskState] = field(default_factory=dict)
    closed: list[int] = field(default_factory=list)  # users whose open tasks this act has taken from them
    around: Around = field(default_factory=Around)
    notify: Callable[..., Any] = notify

    def add(self, kind: str, *, actor: Actor | None = None, task: str = "", **data: Any) -> None:
        """Check one event against the state and follow it. Raises RuleViolation with who was quicker, where someone was."""
        who = actor or self.actor
        event = Event(self.standing.seq + 1, kind, who.user_id, timezone.now(), task, self.standing.step, data)
        try:
            check_act(self.flow, self.standing, event)
        except EngineRefusal as refusal:
            raise RuleViolation(self._worded(refusal, event)) from refusal
        self.standing = follow(self.flow, self.standing, event)
        row = CaseEvent(
            case=self.case,
            seq=event.seq,
            kind=kind,
            user_id=who.user_id,
            name=who.name[:100],
            post_label=who.post_label[:200],
            task=task,
            step=event.step,
            data=data,
            at=event.at,
        )
        self.rows.append(row)
        self.fresh.append(row)

    def has_done(self, kind: str, task: str) -> bool:
        """Whether this very person has done this very thing: the second click of a double click."""
        return any((row.kind, row.task, row.user_id) == (kind, task, self.actor.user_id) for row in self.rows)

    def name(self, kind: str, user_id: int, *, task: str, **data: Any) -> None:
        """An act that names a person who signs or answers; `to` and `who` are what the engine calls them."""
        found, level = self.newcomer(user_id), level_held(self.standing.task(task))
        before = self.standing
        data["to" if kind == "delegated" else "who"] = found.pair
        self.add(kind, task=task, names=[found.name], **data)
        try:
            refuse_named(before, kind, self.actor.user_id, found, level)
        except EngineRefusal as refusal:
            raise RuleViolation(refusal.text) from refusal

    def newcomer(self, user_id: int) -> Candidate:
        """Somebody a task is passed to, in the post in which they see the document."""
        found = person(self.binding, self.document, user_id)
        if found is None:
            raise RuleViolation(_("This person has no post today that sees the document and takes part in approvals."))
        return found

    def settle(self) -> None:
        """Enter the step that is due, or say which post is missing."""
        while self.standing.needs is not None:
            step = self.flow.step(self.standing.needs.step)
            found, able = self._able(step, self.case.chosen.get(step.key, ()))
            if not able and step.approvers.kind == ApproverKind.CHOSEN:
                found, able = self._able(step)  # whom the applicant chose has acted at another step meanwhile
            if able:
                self.add("entered", actor=ENGINE, approvers=able, names=_names(found, able))
                continue
            if self.standing.status != C.STUCK:
                seat = self.around.seat(step.approvers, self.document)
                self.add("nobody", actor=ENGINE, missing=missing(seat), barred=_labels(found))
            return

    def _able(self, step: Step, chosen: Sequence[int] = ()) -> tuple[list[Candidate], list[tuple[int, int | None]]]:
        """Those who hold the step's post now, and which of them may sign."""
        found = self.around.candidates(self.binding, step.approvers, self.document, chosen)
        return found, eligible(self.standing, step.key, [candidate.pair for candidate in found])

    def keep(self) -> Case:
        """Write what has been added and everything that follows from it."""
        before = self.place()
        self.settle()
        CaseEvent.objects.bulk_create(self.fresh)
        moved = sync_tasks(self.case, self.flow, self.standing, self.around)
        self.opened, self.closed = moved.opened, moved.closed
        self._keep_case()
        for event, actor, facts in self.records():
            evidence.append(event, self.case, actor, **facts)
        self.call_back(before)
        telling.tell(self)
        self.fresh, self.answers = [], {}
        return self.case

    def place(self) -> tuple[str, str, int]:
        """Where the case stands by its row: before an act is kept, where it stood before."""
        return self.case.state, self.case.step, self.case.circulation

    def case_values(self) -> dict[str, Any]:
        """What the row of the case says beside its state."""
        return {
            "step": self.standing.step,
            "circulation": max(self.standing.circulation, 1),
            "last_seq": self.standing.seq,
            "values": self.standing.values,
            "amount": self.standing.values.get("amount") or None,
            "urged_at": self.standing.urged_at,
            "ended_at": timezone.now() if self.standing.status in (C.APPROVED, C.REJECTED, C.WITHDRAWN) else None,
        }

    def _keep_case(self) -> None:
        values = self.case_values()
        if self.standing.status != self.case.state:
            advance(CASE, self.case, self.standing.status, **values)
        else:
            values["ended_at"] = values["ended_at"] and (self.case.ended_at or values["ended_at"])
            Case.objects.filter(pk=self.case.pk).update(**values)
            for name, value in values.items():
                setattr(self.case, name, value)

    def records(self) -> list[tuple[str, Actor, dict[str, Any]]]:
        """The evidence of what has been added: event, whose act it was, facts."""
        found = [record for row in self.fresh for record in self._records_of(row)]
        if self.fresh and self.standing.status == C.APPROVED and self.fresh[-1].kind == "approved":
            found.append(("lowcode.completed", self.actor, {"signed": self.standing.seq}))
        return found

    def _records_of(self, row: CaseEvent) -> list[tuple[str, Actor, dict[str, Any]]]:
        """That a step was entered is recorded where it had been waiting for its post; of a hand-in on behalf, who did it."""
        if row.kind == "reminded" or (row.kind == "entered" and self.rows[row.seq - 2].kind != "nobody"):
            return []
        own = row.user_id == self.actor.user_id or row.kind == "started"
        facts = {
            "document": f"{self.case.subject} {self.case.document_id}",
            "step": row.step,
            "version": f"{self.case.version.definition.code} v{self.case.version.number}",
            **row.data,
        }
        return [(f"lowcode.{row.kind}", self.actor if own else ENGINE, facts)]

    def call_back(self, before: tuple[str, str, int]) -> None:
        """What has happened, told to the app of the document."""
        for ask, value in self.answers.items():
            if self.binding.answered:
                self.binding.answered(self.actor, self.document, ask, value)
        under_way = self.standing.status in (C.RUNNING, C.STUCK)
        arrived = (self.standing.step, self.standing.circulation) != before[1:] or before[0] not in (C.RUNNING, C.STUCK)
        if under_way and arrived:
            self._call_entered()
        if self.standing.status != before[0] and not under_way:
            self._call_end(self.standing.status)

    def _call_entered(self) -> None:
        stage = self.flow.step(self.standing.step).stage
        if stage and self.binding.entered:
            self.binding.entered(self.actor, self.document, stage)

    def _call_end(self, status: str) -> None:
        if status == C.APPROVED:
            self.binding.approved(self.actor, self.document)
            return
        reason = next((row.data["reason"] for row in reversed(self.fresh) if row.data.get("reason")), "")
        reason = reason or _("Withdrawn by the applicant.")
        ends = {C.REJECTED: self.binding.rejected, C.WITHDRAWN: self.binding.withdrawn}
        (ends.get(C(status)) or self.binding.returned)(self.actor, self.document, reason)

    def _worded(self, refusal: EngineRefusal, event: Event) -> str:
        task = self.standing.task(event.task)
        if refusal.code != "decided" or task is None:
            return refusal.text
        round_ = f"{task.circulation}.{task.step}."
        decided = (row for row in reversed(self.rows) if row.kind in DECISIONS and row.task.startswith(round_))
        name = next((row.name for row in decided), "")
        if not name:  # withdrawn, or given to others
            return refusal.text
        words = {"document": self.case.label, "name": name}
        return _("“%(document)s” has already been decided by %(name)s.") % words


def take(actor: Actor, case_id: int) -> Running:
    """The case, locked against everybody else until the act is over. Locks are taken in one order: case, document."""
    related = Case.objects.select_related("version__definition__region", "region")
    case = related.select_for_update(of=("self",)).get(pk=case_id)
    binding, rows = bindings.need(case.subject), events_of(case)
    document = binding.document(case.document_id)
    return Running(actor, case, document, binding, flow_of(case.version), rows, state_of(case, rows))


def begun(actor: Actor, case: Case, document: Any) -> Running:
    """A case that has just been made and has no history yet."""
    return Running(actor, case, document, bindings.need(case.subject), flow_of(case.version), [], CaseState())


def missing(seat: Seat) -> dict[str, Any]:
    """The post that nobody holds, for reading in either language later."""
    node = seat.node
    if node is None:
        return {"role": seat.role, "zh": "", "mn": ""}
    named: Any = node
    return {"role": seat.role, "zh": named.name_zh_hans, "mn": named.name_mvf or ""}


def _names(found: Sequence[Candidate], able: Sequence[tuple[int, int | None]]) -> list[str]:
    names = {candidate.user_id: candidate.name for candidate in found}
    return [names[user] for user, _post in able]


def _labels(found: Sequence[Candidate]) -> list[str]:
    """Those who hold the post but may not sign, because they have acted on the document already."""
    return list(dict.fromkeys(candidate.name for candidate in found))
