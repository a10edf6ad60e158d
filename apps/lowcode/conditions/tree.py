"""What a condition is: a tree of comparisons over the facts of a document, and whether it holds."""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy


class Kind(StrEnum):
    """What sort of value a fact has; decides which comparisons there are."""

    TEXT = "text"
    INTEGER = "integer"
    MONEY = "money"
    PERCENT = "percent"
    DATE = "date"
    CHOICE = "choice"
    MULTICHOICE = "multichoice"
    BOOLEAN = "boolean"


ORDERED = frozenset({Kind.INTEGER, Kind.MONEY, Kind.PERCENT, Kind.DATE})
LONE = ("empty", "filled")
# Those that take a list of values (值集).
LISTED = ("in", "has_any", "starts_any")
OPS: dict[Kind, tuple[str, ...]] = {
    Kind.TEXT: ("=", "!=", "contains", "has_any", "starts", "starts_any", "in", *LONE),
    **dict.fromkeys(ORDERED, ("=", "!=", "<", "<=", ">", ">=", *LONE)),
    Kind.CHOICE: ("=", "!=", "in", *LONE),
    Kind.MULTICHOICE: ("contains", *LONE),
    Kind.BOOLEAN: ("=", *LONE),
}
OP_LABELS = {
    "=": gettext_lazy("is"),
    "!=": gettext_lazy("is not"),
    "<": gettext_lazy("is less than"),
    "<=": gettext_lazy("is at most"),
    ">": gettext_lazy("is more than"),
    ">=": gettext_lazy("is at least"),
    "in": gettext_lazy("is one of"),
    "contains": gettext_lazy("contains"),
    "has_any": gettext_lazy("contains one of"),
    "starts": gettext_lazy("begins with"),
    "starts_any": gettext_lazy("begins with one of"),
    "empty": gettext_lazy("is empty"),
    "filled": gettext_lazy("is filled in"),
}


@dataclass(frozen=True, slots=True)
class Fact:
    """Something known of a document that a condition may ask for; `choices` are (value, label) pairs."""

    key: str
    label: Any
    kind: Kind | str
    choices: tuple[tuple[str, Any], ...] | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """One fact compared with one value (those of `LISTED`: with several)."""

    fact: str
    kind: Kind
    op: str
    value: Any = None


@dataclass(frozen=True, slots=True)
class All:
    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Not:
    part: "Condition"


Condition = Comparison | All | AnyOf | Not


def as_json(condition: Condition) -> dict[str, Any]:
    """The condition as the JSON it is read from."""
    match condition:
        case All(parts):
            return {"all": [as_json(part) for part in parts]}
        case AnyOf(parts):
            return {"any": [as_json(part) for part in parts]}
        case Not(part):
            return {"not": as_json(part)}
        case Comparison(fact, _kind, op, value):
            written: dict[str, Any] = {"fact": fact, "op": op}
            return written if op in LONE else written | {"value": plain(value)}


def plain(value: Any) -> Any:
    """A value as JSON holds it: amounts and dates as text."""
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    if value is None or isinstance(value, bool | int | str):
        return value
    return value.isoformat() if isinstance(value, datetime.date) else str(value)


def evaluate(condition: Condition, values: Mapping[str, Any]) -> bool:
    """Whether it holds for these values; a comparison with what is missing never holds, `empty` does."""
    match condition:
        case All(parts):
            return all(evaluate(part, values) for part in parts)
        case AnyOf(parts):
            return any(evaluate(part, values) for part in parts)
        case Not(part):
            return not evaluate(part, values)
        case Comparison():
            return holds(condition, coerce(condition.kind, values.get(condition.fact)))


def facts_of(condition: Condition) -> set[str]:
    """The keys of the facts it asks for."""
    return {leaf.fact for leaf in leaves(condition)}


def leaves(condition: Condition) -> list[Comparison]:
    """Its comparisons, in reading order."""
    match condition:
        case All(parts) | AnyOf(parts):
            return [leaf for part in parts for leaf in leaves(part)]
        case Not(part):
            return leaves(part)
        case Comparison():
            return [condition]


def holds(comparison: Comparison, value: Any) -> bool:
    """Whether the comparison holds for a value of its own kind (None: missing)."""
    if comparison.op in LONE:
        return (value is None) == (comparison.op == "empty")
    return value is not None and TESTS[comparison.op](value, comparison.value)


TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda value, other: value == other,
    "!=": lambda value, other: value != other,
    "<": lambda value, other: value < other,
    "<=": lambda value, other: value <= other,
    ">": lambda value, other: value > other,
    ">=": lambda value, other: value >= other,
    "in": lambda value, other: value in other,
    "contains": lambda value, other: other in value,
    "has_any": lambda value, other: any(one in value for one in other),
    "starts": lambda value, other: value.startswith(other),
    "starts_any": lambda value, other: value.startswith(other),
}


def coerce(kind: Kind, value: Any) -> Any:
    """A document's value as its kind compares it; None when it is missing or not of that kind."""
    if value is None or value == "" or value == []:
        return None
    try:
        return COERCIONS[kind](value)
    except (ValueError, TypeError, ArithmeticError):
        return None


def _number(value: Any) -> Decimal | None:
    number = Decimal(value) if isinstance(value, int | str | Decimal) and not isinstance(value, bool) else None
    return number if number is not None and number.is_finite() else None


def _integer(value: Any) -> int | None:
    number = _number(value)
    return int(number) if number is not None and abs(number) < 10**18 and number == int(number) else None


def _date(value: Any) -> datetime.date | None:
    if isinstance(value, str):
        return datetime.date.fromisoformat(value)
    if isinstance(value, datetime.datetime):
        return value.date()
    return value if isinstance(value, datetime.date) else None


def _several(value: Any) -> frozenset[str] | None:
    found = frozenset(map(str, value)) if isinstance(value, list | tuple | set | frozenset) else frozenset([str(value)])
    return found or None


def _truth(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


COERCIONS: dict[Kind, Callable[[Any], Any]] = {
    Kind.TEXT: str,
    Kind.INTEGER: _integer,
    Kind.MONEY: _number,
    Kind.PERCENT: _number,
    Kind.DATE: _date,
    Kind.CHOICE: str,
    Kind.MULTICHOICE: _several,
    Kind.BOOLEAN: _truth,
}
