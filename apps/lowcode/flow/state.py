"""What a history amounts to: the state of a case and of its tasks. Values only; `flow/engine.py` computes them."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Value = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to a case; `who` is None for what the system itself did."""

    seq: int
    kind: str
    who: int | None
    at: datetime.datetime
    task: str = ""
    step: str = ""
    data: Value = field(default_factory=dict)


class EngineRefusal(Exception):
    """An act that the state of the case does not allow; `who` has decided before, where somebody has."""

    def __init__(self, code: str, text: str, who: int | None = None) -> None:
        super().__init__(text)
        self.code = code
        self.text = text
        self.who = who


@dataclass(frozen=True, slots=True)
class TaskState:
    """What one person has to do, or had; `key` is circulation.step.number.

    `origin` is the task that a signer was added to or an opinion asked from; `verdict` what became of it;
    `decider` who acted on it; `escalated` tasks decide for all whom they overtook.
    """

    key: str
    user: int
    post: int | None
    kind: str
    state: str
    origin: str = ""
    order: int = 0
    step: str = ""
    circulation: int = 1
    verdict: str = ""
    escalated: bool = False

    @property
    def is_live(self) -> bool:
        return self.state in ("open", "waiting")


@dataclass(frozen=True, slots=True)
class Enter:
    """The next step, whose approvers the shell has to find."""

    step: str


@dataclass(frozen=True, slots=True)
class CaseState:
    """Where a case stands after its history.

    `first` is where the tasks of the present step begin: what stands before them is over and never changes.
    """

    status: str = "running"
    step: str = ""
    circulation: int = 0
    tasks: tuple[TaskState, ...] = ()
    acted: frozenset[tuple[int, str]] = frozenset()
    needs: Enter | None = None
    resume_to: str = ""
    seq: int = 0
    first: int = 0
    path: tuple[str, ...] = ()
    values: Value = field(default_factory=dict)
    applicants: frozenset[int] = frozenset()
    passed: frozenset[str] = frozenset()
    untouched: bool = True
    acted_here: frozenset[int] = frozenset()
    urged_at: datetime.datetime | None = None

    def task(self, key: str) -> TaskState | None:
        """The task of this key."""
        return next((task for task in reversed(self.tasks) if task.key == key), None)

    def here(self) -> tuple[TaskState, ...]:
        """The tasks of the present step in the present circulation."""
        return self.tasks[self.first :]

    def live_here(self) -> tuple[TaskState, ...]:
        """Signing tasks of the present step that are open or wait for their turn."""
        return tuple(task for task in self.here() if task.is_live and task.kind in SIGNING)

    def remaining(self) -> tuple[str, ...]:
        """The steps after the present one, while the case is under way."""
        if self.status not in ("running", "stuck") or self.step not in self.path:
            return ()
        return self.path[self.path.index(self.step) + 1 :]


SIGNING = frozenset({"main", "before", "after"})
DECISIONS = frozenset({"approved", "returned", "rejected", "delegated"})
