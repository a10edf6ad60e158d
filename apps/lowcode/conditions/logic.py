"""Whether a condition can hold at all: used to find branches and steps that no document can reach.

Sound, not complete: what is called contradictory is; something odd over texts may pass.
"""

import datetime
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import islice
from typing import Any

from apps.lowcode.conditions.tree import LISTED, ORDERED, All, AnyOf, Comparison, Condition, Fact, Kind, Not, holds

Literal = tuple[Comparison, bool]  # the comparison, and whether it is to hold
# A condition of many “any” in “all” has more ways to hold than can be looked at; beyond this it counts as possible.
MAX_WAYS = 500
LOOSE = frozenset({"has_any", "starts", "starts_any"})
STEPS: dict[Kind, Any] = {
    Kind.INTEGER: 1,
    Kind.MONEY: Decimal("0.01"),
    Kind.PERCENT: Decimal("0.00001"),
    Kind.DATE: datetime.timedelta(days=1),
}


def is_contradictory(condition: Condition, facts: Iterable[Fact]) -> bool:
    """Whether no document at all can meet it."""
    known = {fact.key: fact for fact in facts}
    ways = list(islice(_ways([(condition, True)], ()), MAX_WAYS))
    return len(ways) < MAX_WAYS and not any(_is_possible(way, known) for way in ways)


def _ways(todo: list[tuple[Condition, bool]], so_far: tuple[Literal, ...]) -> Iterator[tuple[Literal, ...]]:
    """Every way to meet all that is to do: the comparisons that must hold and those that must not."""
    if not todo:
        yield so_far
        return
    (condition, wanted), rest = todo[0], todo[1:]
    match condition:
        case Comparison():
            yield from _ways(rest, (*so_far, (condition, wanted)))
        case Not(part):
            yield from _ways([(part, not wanted), *rest], so_far)
        case All(parts) | AnyOf(parts):
            if isinstance(condition, All) == wanted:
                yield from _ways([*((part, wanted) for part in parts), *rest], so_far)
            else:
                for part in parts:
                    yield from _ways([(part, wanted), *rest], so_far)


def _is_possible(way: tuple[Literal, ...], facts: dict[str, Fact]) -> bool:
    by_fact: dict[str, list[Literal]] = {}
    for literal in way:
        by_fact.setdefault(literal[0].fact, []).append(literal)
    return all(_is_loose(literals) or _has_value(literals, facts.get(key)) for key, literals in by_fact.items())


def _is_loose(literals: list[Literal]) -> bool:
    """Whether a text is looked for parts or beginnings that several candidates could have: it counts as possible."""
    return any(comparison.op in LOOSE for comparison, _wanted in literals)


def _has_value(literals: list[Literal], fact: Fact | None) -> bool:
    return any(
        all(holds(comparison, value) == wanted for comparison, wanted in literals)
        for value in _candidates(literals, fact)
    )


def _candidates(literals: list[Literal], fact: Fact | None) -> Iterator[Any]:
    """Values of which one meets the comparisons if any value does."""
    yield None
    kind = literals[0][0].kind
    mentioned = _mentioned(literals)
    if kind in ORDERED:
        yield from _around(mentioned, STEPS[kind])
    elif kind == Kind.BOOLEAN:
        yield from (True, False)
    elif kind == Kind.MULTICHOICE:
        yield frozenset(c.value for c, wanted in literals if wanted and c.op == "contains") or _others(literals, fact)
    elif kind == Kind.CHOICE and fact is not None and fact.choices:
        yield from (value for value, _label in fact.choices)
    else:
        yield from _texts(literals, mentioned)


def _mentioned(literals: list[Literal]) -> list[Any]:
    values: list[Any] = []
    for comparison, _wanted in literals:
        values += comparison.value if comparison.op in LISTED else [comparison.value]
    return [value for value in values if value is not None]


def _around(values: list[Any], step: Any) -> Iterator[Any]:
    yield Decimal(0) if isinstance(step, Decimal) else 0 if isinstance(step, int) else datetime.date(2000, 1, 1)
    for value in values:
        yield value
        for near in (lambda v: v - step, lambda v: v + step):
            try:
                yield near(value)
            except OverflowError:  # the first and the last date there are
                continue


def _others(literals: list[Literal], fact: Fact | None) -> frozenset[str]:
    refused = {comparison.value for comparison, _wanted in literals}
    choices = [value for value, _label in fact.choices or ()] if fact else []
    return frozenset([value for value in choices if value not in refused][:1] if choices else ["\0"])


def _texts(literals: list[Literal], mentioned: list[str]) -> Iterator[str]:
    yield from mentioned
    # A text that contains all that it must; what it must not contain or be may still refuse it.
    yield "\0".join(["", *(c.value for c, wanted in literals if wanted and c.op == "contains"), ""])
