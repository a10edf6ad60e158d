"""One act on several rows of a list: each by itself or all together, and what became of each said in words."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise

from imbudget.kit.actor import Actor
from imbudget.kit.errors import RuleViolation

MOST = 200  # rows of one request; a page of a list shows fewer
MOST_TOGETHER = 1_000  # rows that a service takes together in one transaction


@dataclass(frozen=True, slots=True)
class BulkAct:
    """A button above a list: `run(actor, row)` is a service; with a `question` a page asks before.

    `together(actor, rows, **given)` is one that takes many rows in as many statements as one, judges each as if it were
    alone, and gives those that it refused: key → why. It may be done to the whole list too, narrowed by `among(actor, rows)` to those that it is
    for. `form` asks on the page of the question for what is `given`. `signs` is the key of the signature that it is (kit.signatures).

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
    together: Callable[..., Mapping[int, str]] | None = None
    among: Callable[[Actor, Any], Any] | None = None
    form: type[Any] | None = None
    signs: str = ""

    @property
    def most(self) -> int:
        """How many rows one request takes."""
        return MOST_TOGETHER if self.together else MOST


@dataclass(slots=True)
class Outcome:
    """The rows an act was done to, and those that said no, with the reason."""

    done: list[Any] = field(default_factory=list)
    refused: list[tuple[Any, str]] = field(default_factory=list)


def chosen_keys(values: Iterable[str], most: int = MOST) -> list[int]:
    """The keys that a form names; anything else is left out."""
    keys = [int(value) for value in values if value.isascii() and value.isdecimal() and len(value) < 19]
    return list(dict.fromkeys(keys))[:most]


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


def run_together(actor: Actor, act: BulkAct, rows: Sequence[Any], given: Mapping[str, Any]) -> Outcome:
    """Do it to all rows in one call of its service."""
    if act.together is None:
        raise ValueError(f"{act.name} is done row by row")
    refusals = act.together(actor, rows, **given)
    refused = [(row, refusals[row.pk]) for row in rows if row.pk in refusals]
    return Outcome([row for row in rows if row.pk not in refusals], refused)
