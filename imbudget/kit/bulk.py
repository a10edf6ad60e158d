"""One act on several rows of a list: each row in its own transaction, and what became of each said in words."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise

from imbudget.kit.actor import Actor
from imbudget.kit.errors import RuleViolation

MOST = 200  # rows of one request; a page of a list shows fewer


@dataclass(frozen=True, slots=True)
class BulkAct:
    """A button above a list: `run(actor, row)` is a service; with a `question` a page asks before.

    An act on the rows together has a `page` (the name of an address) instead, which gets their keys as `row`.
    """

    name: str
    label: str | Promise
    run: Callable[[Actor, Any], Any] | None = None
    grant: str = ""
    done: str | Promise = ""
    question: str | Promise = ""
    icon: str = ""
    danger: bool = False
    page: str = ""


@dataclass(slots=True)
class Outcome:
    """The rows an act was done to, and those that said no, with the reason."""

    done: list[Any] = field(default_factory=list)
    refused: list[tuple[Any, str]] = field(default_factory=list)


def chosen_keys(values: Iterable[str]) -> list[int]:
    """The keys that a form names; anything else is left out."""
    keys = [int(value) for value in values if value.isascii() and value.isdecimal() and len(value) < 19]
    return list(dict.fromkeys(keys))[:MOST]


def run_each(actor: Actor, act: BulkAct, rows: Iterable[Any]) -> Outcome:
    """Do it to each row; a rule's no (also of a policy) to one row does not keep the others from it."""
    outcome = Outcome()
    if act.run is None:
        raise ValueError(f"{act.name} is done by its page")
    for row in rows:
        try:
            act.run(actor, row)
        except RuleViolation as refusal:
            outcome.refused.append((row, str(refusal)))
        else:
            outcome.done.append(row)
    return outcome
