"""Arithmetic of computed fields: + - * / ( ), numbers, keys of fields and `sum(table.column)`; a parser of our own.

What is written becomes a row of instructions for a stack, so that neither eval nor recursion on values is needed.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, DecimalException, localcontext
from typing import Any

from django.utils.translation import gettext as _

from imbudget.kit.money import LIMIT, PLAIN, rounded

LONGEST = 500
DEEPEST = 20
SIGNS = PLAIN | {ord("×"): "*", ord("÷"): "/", ord("（"): "(", ord("）"): ")"}
TOKEN = re.compile(r" *(?:(?P<number>[0-9]{1,15}(?:\.[0-9]{1,6})?)|(?P<name>[a-z][a-z0-9_]{0,39})|(?P<sign>[-+*/().]))")
ZERO = Decimal(0)

Step = tuple[str, Any]


class ExpressionError(ValueError):
    """The text is no expression; its message is translated."""


@dataclass(frozen=True, slots=True)
class Expression:
    """A parsed expression: what it reads, and the instructions that compute it."""

    source: str
    steps: tuple[Step, ...]

    @property
    def fields(self) -> set[str]:
        """The keys of fields it reads."""
        return {value for kind, value in self.steps if kind == "field"}

    @property
    def sums(self) -> set[tuple[str, str]]:
        """The columns it adds up: (table, column)."""
        return {value for kind, value in self.steps if kind == "sum"}

    @property
    def instructions(self) -> str:
        """The instructions as JSON, for a page that works the value out while one types."""
        return json.dumps(
            [[kind, [*value] if isinstance(value, tuple) else value] for kind, value in self.steps], default=str
        )

    def value(
        self, numbers: Mapping[str, Decimal | None], tables: Mapping[str, Sequence[Mapping[str, Decimal | None]]]
    ) -> Decimal | None:
        """The value to the cent; an empty field counts as 0, a division by 0 and no filled field at all give none.

        Raises OverflowError when it is too large to be an amount.
        """
        stack: list[Decimal] = []
        filled = not self.fields and not self.sums
        try:
            with localcontext() as context:
                context.prec = 60
                for kind, value in self.steps:
                    if kind in OPERATIONS:
                        OPERATIONS[kind](stack)
                        continue
                    number = value if kind == "number" else _read(kind, value, numbers, tables)
                    filled = filled or (kind != "number" and number is not None)
                    stack.append(number or ZERO)
                result = stack.pop()
                if abs(result) >= LIMIT:
                    raise OverflowError("too large")
                return rounded(result) + ZERO if filled else None
        except DecimalException:
            return None


def _read(kind: str, value: Any, numbers: Mapping[str, Any], tables: Mapping[str, Any]) -> Decimal | None:
    if kind == "field":
        return numbers.get(value)
    table, column = value
    cells = [row[column] for row in tables.get(table) or () if row.get(column) is not None]
    return sum(cells, ZERO) if cells else None


def _binary(compute: Any) -> Any:
    def run(stack: list[Decimal]) -> None:
        right = stack.pop()
        stack.append(compute(stack.pop(), right))

    return run


OPERATIONS = {
    "+": _binary(lambda one, other: one + other),
    "-": _binary(lambda one, other: one - other),
    "*": _binary(lambda one, other: one * other),
    "/": _binary(lambda one, other: one / other),
    "negate": lambda stack: stack.append(-stack.pop()),
}


def parse_expression(text: str) -> Expression:
    """Raises ExpressionError."""
    if len(text) > LONGEST:
        raise ExpressionError(_("The calculation is too long: at most %(count)s characters.") % {"count": LONGEST})
    parser = _Parser(text.translate(SIGNS))
    parser.sum()
    if parser.token is not None:
        raise parser.unexpected()
    return Expression(text, tuple(parser.steps))


class _Parser:
    """Recursive descent over at most DEEPEST brackets."""

    def __init__(self, text: str) -> None:
        self.tokens = _tokens(text)
        self.at, self.depth = 0, 0
        self.steps: list[Step] = []

    @property
    def token(self) -> tuple[str, str] | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def take(self, *signs: str) -> str:
        """The sign that stands here when it is one of these, else ''."""
        if self.token is not None and self.token[0] == "sign" and self.token[1] in signs:
            self.at += 1
            return self.tokens[self.at - 1][1]
        return ""

    def name(self) -> str:
        if self.token is None or self.token[0] != "name":
            raise self.unexpected()
        self.at += 1
        return self.tokens[self.at - 1][1]

    def unexpected(self) -> ExpressionError:
        if self.token is None:
            return ExpressionError(_("The calculation breaks off at its end."))
        return ExpressionError(_("“%(text)s” does not fit in the calculation here.") % {"text": self.token[1]})

    def need(self, sign: str) -> None:
        if not self.take(sign):
            raise self.unexpected()

    def sum(self) -> None:
        self.product()
        while sign := self.take("+", "-"):
            self.product()
            self.steps.append((sign, None))

    def product(self) -> None:
        self.signed()
        while sign := self.take("*", "/"):
            self.signed()
            self.steps.append((sign, None))

    def signed(self) -> None:
        negative = False
        while self.take("-"):
            negative = not negative
        self.operand()
        if negative:
            self.steps.append(("negate", None))

    def operand(self) -> None:
        if self.take("("):
            self.brackets()
        elif self.token is not None and self.token[0] == "number":
            self.steps.append(("number", Decimal(self.token[1])))
            self.at += 1
        elif (name := self.name()) == "sum":
            self.column()
        else:
            self.steps.append(("field", name))

    def brackets(self) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise ExpressionError(_("The calculation has too many brackets inside each other."))
        self.sum()
        self.need(")")
        self.depth -= 1

    def column(self) -> None:
        self.need("(")
        table = self.name()
        self.need(".")
        self.steps.append(("sum", (table, self.name())))
        self.need(")")


def _tokens(text: str) -> list[tuple[str, str]]:
    found, at = [], 0
    text = text.rstrip(" ")
    while at < len(text):
        token = TOKEN.match(text, at)
        if token is None:
            values = {"text": text[at:].lstrip(" ")[:1]}
            raise ExpressionError(_("“%(text)s” does not fit in the calculation here.") % values)
        kind = token.lastgroup or ""
        found.append((kind, token[kind]))
        at = token.end()
    return found
