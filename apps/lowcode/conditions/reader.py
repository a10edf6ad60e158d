"""Reading a condition from JSON: bounded in depth and size, each wrong place named."""

import datetime
import re
from collections.abc import Callable, Iterable
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.lowcode.conditions.tree import LISTED, LONE, OPS, All, AnyOf, Comparison, Condition, Fact, Kind, Not
from apps.lowcode.errors import Collector, quoted
from imbudget.kit.text import printable

MAX_DEPTH = 6
MAX_NODES = 200
MAX_VALUES = 100
MAX_TEXT = 200
NUMBER = re.compile(r"-?[0-9]{1,16}(\.[0-9]{1,4})?", re.ASCII)
GROUPS: dict[str, Callable[[tuple[Condition, ...]], Condition]] = {"all": All, "any": AnyOf}


def parse(data: Any, facts: Iterable[Fact], path: str = "") -> Condition:
    """Read a condition; raises DefinitionErrors which name every wrong place below `path`."""
    reader = _Reader({fact.key: fact for fact in facts})
    found = reader.node(data, path, 1)
    reader.wrong.done()
    assert found is not None  # noqa: S101 - without errors there is a tree
    return found


class _Reader:
    """Reads one tree, counting its nodes, and collects what is wrong."""

    def __init__(self, facts: dict[str, Fact]) -> None:
        self.facts = facts
        self.wrong = Collector()
        self.nodes = 0
        self.too_large = False

    def node(self, data: Any, path: str, depth: int) -> Condition | None:
        self.nodes += 1
        if depth > MAX_DEPTH or self.nodes > MAX_NODES:
            self._refuse_size(path)
            return None
        if not isinstance(data, dict):
            self.wrong.add(path, _("A condition is a comparison, or “all”, “any” or “not” of others."))
            return None
        for key in ("all", "any", "not"):
            if key in data:
                return self._group(key, data, path, depth)
        return self._comparison(data, path)

    def _refuse_size(self, path: str) -> None:
        if not self.too_large:  # said once, not for each of the thousands that may follow
            sizes = {"depth": MAX_DEPTH, "nodes": MAX_NODES}
            self.wrong.add(path, _("The condition is too large: %(depth)d levels, %(nodes)d parts at most.") % sizes)
        self.too_large = True

    def _group(self, key: str, data: dict, path: str, depth: int) -> Condition | None:
        if len(data) > 1:
            self.wrong.add(path, _("“%(key)s” stands alone in its part of a condition.") % {"key": key})
            return None
        inner, here = data[key], f"{path}.{key}" if path else key
        if key == "not":
            part = self.node(inner, here, depth + 1)
            return Not(part) if part else None
        if not isinstance(inner, list) or not inner:
            self.wrong.add(here, _("At least one comparison is needed here."))
            return None
        parts = []
        for index, item in enumerate(inner):
            if self.too_large:
                break
            parts.append(self.node(item, f"{here}[{index}]", depth + 1))
        return GROUPS[key](tuple(part for part in parts if part))

    def _comparison(self, data: dict, path: str) -> Condition | None:
        dot = f"{path}." if path else ""
        key, op = data.get("fact"), data.get("op")
        fact = self.facts.get(key) if isinstance(key, str) else None
        if fact is None:
            self.wrong.add(f"{dot}fact", _("There is no fact or field “%(key)s” here.") % {"key": quoted(key)})
            return None
        kind = Kind(fact.kind)
        if not isinstance(op, str) or op not in OPS[kind]:
            shown = {"op": quoted(op, 20), "fact": str(fact.label)}
            self.wrong.add(f"{dot}op", _("“%(fact)s” cannot be compared by “%(op)s”.") % shown)
            return None
        if not set(data) <= {"fact", "op", "value"} or (op in LONE and data.get("value") is not None):
            self.wrong.add(path, _("A comparison has a fact, an op and, where the op needs one, a value."))
            return None
        if op in LONE:
            return Comparison(fact.key, kind, op)
        value = self._value(fact, op, data.get("value"), f"{dot}value")
        return None if value is None else Comparison(fact.key, kind, op, value)

    def _value(self, fact: Fact, op: str, raw: Any, path: str) -> Any:
        if op not in LISTED:
            return self._one(fact, raw, path)
        if not isinstance(raw, list) or not 1 <= len(raw) <= MAX_VALUES:
            self.wrong.add(path, _("A list of 1 to %(limit)d values is needed here.") % {"limit": MAX_VALUES})
            return None
        values = [self._one(fact, item, f"{path}[{index}]") for index, item in enumerate(raw)]
        return None if None in values else tuple(values)

    def _one(self, fact: Fact, raw: Any, path: str) -> Any:
        kind = Kind(fact.kind)
        try:
            value = READERS[kind](raw)
        except (ValueError, InvalidOperation):
            self.wrong.add(path, str(SHAPES[kind]))
            return None
        choices = dict(fact.choices or ())
        if choices and kind in (Kind.CHOICE, Kind.MULTICHOICE) and value not in choices:
            shown = {"value": quoted(value), "fact": str(fact.label)}
            self.wrong.add(path, _("“%(value)s” is no choice of “%(fact)s”.") % shown)
            return None
        return value


def _read_text(raw: Any) -> str:
    if not isinstance(raw, str) or not raw or len(raw) > MAX_TEXT or printable(raw) != raw:
        raise ValueError
    return raw


def _read_number(raw: Any) -> Decimal:
    if not isinstance(raw, str) or not NUMBER.fullmatch(raw):
        raise ValueError
    return Decimal(raw)


def _read_money(raw: Any) -> Decimal:
    number = _read_number(raw)
    if number != round(number, 2):
        raise ValueError
    return number


def _read_integer(raw: Any) -> int:
    if isinstance(raw, bool) or not isinstance(raw, int | str) or not NUMBER.fullmatch(str(raw)[:20]):
        raise ValueError
    return int(raw)


def _read_date(raw: Any) -> datetime.date:
    if not isinstance(raw, str):
        raise ValueError
    return datetime.date.fromisoformat(raw)


def _read_truth(raw: Any) -> bool:
    if not isinstance(raw, bool):
        raise ValueError
    return raw


READERS: dict[Kind, Callable[[Any], Any]] = {
    Kind.TEXT: _read_text,
    Kind.INTEGER: _read_integer,
    Kind.MONEY: _read_money,
    Kind.PERCENT: _read_number,
    Kind.DATE: _read_date,
    Kind.CHOICE: _read_text,
    Kind.MULTICHOICE: _read_text,
    Kind.BOOLEAN: _read_truth,
}
SHAPES = {
    Kind.TEXT: gettext_lazy("A text of 1 to 200 characters is needed here."),
    Kind.INTEGER: gettext_lazy("A whole number is needed here."),
    Kind.MONEY: gettext_lazy("An amount in yuan, written as text such as “5000000.00”, is needed here."),
    Kind.PERCENT: gettext_lazy("A percentage, written as text such as “12.5”, is needed here."),
    Kind.DATE: gettext_lazy("A date such as “2026-03-31” is needed here."),
    Kind.CHOICE: gettext_lazy("One of the choices is needed here."),
    Kind.MULTICHOICE: gettext_lazy("One of the choices is needed here."),
    Kind.BOOLEAN: gettext_lazy("Yes or no (true or false) is needed here."),
}
