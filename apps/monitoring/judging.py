"""Whether a rule is hit by a payment whose facts are known: pure evaluation, no database."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from apps.lowcode.conditions import Condition, evaluate, facts_of, parse
from apps.monitoring.facts import FACTS, OF_ROWS, plain_name
from apps.monitoring.models import ExemptionKind, Level, Mode

STRICT = {Mode.BLOCK: 0, Mode.WARN: 1, Mode.HINT: 2}
GRAVE = {Level.RED: 0, Level.ORANGE: 1, Level.YELLOW: 2, Level.BLUE: 3}


@dataclass(frozen=True, slots=True)
class Exempt:
    """An exception as it is compared; `index` is that of an account among payees."""

    kind: str
    value: str
    index: bytes = b""


@dataclass(frozen=True, slots=True)
class Hit:
    """Which rows of a payment a rule hits; none where it looks at the payment as a whole. `figures` are the facts asked."""

    rows: tuple[Any, ...]
    amount: Decimal
    figures: dict[str, Any]


def condition_of(body: Any) -> Condition:
    """The condition of a version, read once for each wording. Raises DefinitionErrors for a broken one."""
    return _read(json.dumps(body, ensure_ascii=False, sort_keys=True))


@lru_cache(maxsize=2000)
def _read(text: str) -> Condition:
    return parse(json.loads(text), FACTS)


@lru_cache(maxsize=2000)
def _asked(condition: Condition) -> frozenset[str]:
    return frozenset(facts_of(condition))


def asked_of(bodies: Iterable[Any]) -> frozenset[str]:
    """All facts that these conditions ask for."""
    return frozenset().union(*(_asked(condition_of(body)) for body in bodies))


def judge(body: Any, payment: Any, exempt: Sequence[Exempt] = ()) -> Hit | None:
    """The hit of a condition, or None. `payment` has `head`, `rows` (each with `facts`, `name`, `index`, `amount`)."""
    condition = condition_of(body)
    asked = _asked(condition)
    if any(_lets_pass(one, payment.head) for one in exempt):
        return None
    if not asked & OF_ROWS:
        if not evaluate(condition, payment.head):
            return None
        return Hit((), payment.head["total"], {key: payment.head.get(key) for key in sorted(asked)})
    rows = tuple(
        row
        for row in payment.rows
        if evaluate(condition, payment.head | row.facts) and not any(_knows(one, row) for one in exempt)
    )
    if not rows:
        return None
    shown = payment.head | rows[0].facts
    amount = sum((row.amount for row in rows), Decimal("0.00"))
    return Hit(rows, amount, {key: shown.get(key) for key in sorted(asked)})


# Exceptions by what the payment as a whole is: codes by their beginning, the purpose by a part.
BY_CODE = {
    ExemptionKind.UNIT: "unit_code",
    ExemptionKind.PROJECT: "project_code",
    ExemptionKind.FUNCTION: "function",
    ExemptionKind.DEPARTMENT_ECONOMIC: "department_economic",
    ExemptionKind.DOCUMENT: "document_number",
}


def _lets_pass(one: Exempt, head: Mapping[str, Any]) -> bool:
    if one.kind == ExemptionKind.PURPOSE:
        return one.value in head["purpose"]
    key = BY_CODE.get(ExemptionKind(one.kind))
    return key is not None and str(head.get(key) or "").startswith(one.value)


def _knows(one: Exempt, row: Any) -> bool:
    if one.kind == ExemptionKind.PAYEE:
        return plain_name(one.value) == plain_name(row.name)
    return one.kind == ExemptionKind.ACCOUNT and one.index == row.index
