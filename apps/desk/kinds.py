"""A kind of job: what it does and what it is called; each app registers its own at start-up."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from django.utils.functional import Promise

from imbudget.kit.actor import Actor


class Progress(Protocol):
    """What a job's work is given to tell how far it is; raises Cancelled when the person asked to stop."""

    def __call__(self, done: int, of: int, message: str = "") -> None: ...


class Cancelled(Exception):
    """The person who started the job asked to stop it; the work's transaction is rolled back."""


@dataclass(frozen=True, slots=True)
class JobKind:
    """`run(actor, params, path, progress)` does the work in one transaction and returns its result."""

    label: str | Promise
    run: Callable[[Actor, dict[str, Any], str, Progress], dict[str, Any]]
