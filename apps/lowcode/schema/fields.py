"""What a form is made of: fields of a closed list of types, each with what may be demanded of its answer."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.lowcode.conditions import Condition, Fact
from apps.lowcode.conditions import as_json as condition_json
from apps.lowcode.schema.expressions import Expression
from apps.lowcode.schema.patterns import Pattern
from apps.lowcode.words import Words

FORMAT = 1


class FieldType(StrEnum):
    """The types of field; a definition knows no others."""

    TEXT = "text"
    LONGTEXT = "longtext"
    INTEGER = "integer"
    AMOUNT = "amount"
    PERCENT = "percent"
    DATE = "date"
    PERIOD = "period"
    CHOICE = "choice"
    MULTICHOICE = "multichoice"
    REGION = "region"
    UNIT = "unit"
    CODE = "code"
    PERSON = "person"
    PHONE = "phone"
    FILE = "file"
    TABLE = "table"
    SCORE = "score"
    COMPUTED = "computed"
    HEADING = "heading"


T = FieldType
TYPE_LABELS: dict[FieldType, str | Promise] = {
    T.TEXT: _("text"),
    T.LONGTEXT: _("long text"),
    T.INTEGER: _("whole number"),
    T.AMOUNT: _("amount (yuan)"),
    T.PERCENT: _("percentage"),
    T.DATE: _("date"),
    T.PERIOD: _("period"),
    T.CHOICE: _("choice"),
    T.MULTICHOICE: _("multiple choice"),
    T.REGION: _("region"),
    T.UNIT: _("budget unit"),
    T.CODE: _("classification code"),
    T.PERSON: _("person"),
    T.PHONE: _("telephone"),
    T.FILE: _("file"),
    T.TABLE: _("table"),
    T.SCORE: _("score"),
    T.COMPUTED: _("computed"),
    T.HEADING: _("section heading"),
}
DATA_CLASSES: dict[str, str | Promise] = {
    "ordinary": _("ordinary"),
    "personal": _("personal"),
    "sensitive": _("sensitive"),
}
CATALOGS = ("function", "economic_dept", "economic_gov", "fund_type")

NUMBERS = frozenset({T.INTEGER, T.AMOUNT, T.PERCENT, T.SCORE, T.COMPUTED})
SUMMED = frozenset({T.INTEGER, T.AMOUNT, T.COMPUTED})
IN_TABLES = frozenset(T) - {T.TABLE, T.HEADING, T.FILE, T.PERIOD, T.MULTICHOICE, T.SCORE}
# What a condition may look at; the others have no single value to compare.
FACT_KINDS: dict[FieldType, str] = {
    T.TEXT: "text",
    T.LONGTEXT: "text",
    T.PERSON: "text",
    T.PHONE: "text",
    T.REGION: "text",
    T.UNIT: "text",
    T.CODE: "text",
    T.INTEGER: "integer",
    T.AMOUNT: "money",
    T.COMPUTED: "money",
    T.PERCENT: "percent",
    T.DATE: "date",
    T.CHOICE: "choice",
    T.MULTICHOICE: "multichoice",
}


def data_class_of(type_: FieldType) -> str:
    """The data class of a field that does not name one: people's names and numbers are personal."""
    return "personal" if type_ in (T.PERSON, T.PHONE) else "ordinary"


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer of a choice."""

    value: str
    label: Words


@dataclass(frozen=True, slots=True)
class Field:
    """One field. `least` and `most` bound a number, a date, a text's length or a count, as its type has it.

    Of a score `most` is the full mark, `weight` what it counts in the total, `low` and `high` the band outside of which
    it needs a comment; the comment lies beside it under `comment_key`.
    """

    key: str
    type: FieldType
    label: Words
    help: Words = Words("")
    required: bool = False
    least: Any = None
    most: Any = None
    pattern: Pattern | None = None
    default: Any = None
    shown_if: Condition | None = None
    data_class: str = "ordinary"
    locked: bool = False
    choices: tuple[Choice, ...] = ()
    columns: tuple["Field", ...] = ()
    expression: Expression | None = None
    catalog: str = ""
    weight: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None

    @property
    def protected(self) -> bool:
        """Whether its answers are personal or sensitive data."""
        return self.data_class != "ordinary"

    @property
    def answered(self) -> bool:
        """Whether people fill it in: a heading says something, a computed field follows from others."""
        return self.type not in (T.HEADING, T.COMPUTED)

    @property
    def comment_key(self) -> str:
        """Where the comment on a score is kept."""
        return f"{self.key}__comment"

    @property
    def type_label(self) -> str | Promise:
        return TYPE_LABELS[self.type]

    @property
    def data_class_label(self) -> str | Promise:
        return DATA_CLASSES[self.data_class]

    def choice(self, value: Any) -> Choice | None:
        return next((choice for choice in self.choices if choice.value == value), None)

    def column(self, key: str) -> "Field | None":
        return next((column for column in self.columns if column.key == key), None)

    def as_json(self) -> dict[str, Any]:
        """The definition in the one form that is stored, exported and compared: what says nothing is left out."""
        written: dict[str, Any] = {"key": self.key, "type": str(self.type), "label": self.label.as_json()}
        said = {
            "help": self.help.as_json() if self.help.zh or self.help.mn else None,
            "required": self.required or None,
            "min": None if self.least is None else str(self.least),
            "max": None if self.most is None else str(self.most),
            "pattern": self.pattern.source if self.pattern else None,
            "default": self.default,
            "shown_if": condition_json(self.shown_if) if self.shown_if else None,
            "data_class": self.data_class if self.data_class != data_class_of(self.type) else None,
            "locked": self.locked or None,
            "choices": [{"value": one.value, **one.label.as_json()} for one in self.choices] or None,
            "columns": [column.as_json() for column in self.columns] or None,
            "expression": self.expression.source if self.expression else None,
            "catalog": self.catalog or None,
            **{name: _number(getattr(self, name)) for name in ("weight", "low", "high")},
        }
        return written | {name: value for name, value in said.items() if value is not None}

    def fact(self) -> Fact | None:
        """What conditions know of it; None for a type they cannot compare."""
        kind = FACT_KINDS.get(self.type)
        if kind is None:
            return None
        choices = tuple((choice.value, choice.label) for choice in self.choices) or None
        return Fact(self.key, self.label, kind, choices)


def _number(number: Decimal | None) -> str | None:
    return None if number is None else str(number)


@dataclass(frozen=True, slots=True)
class FormSchema:
    """The fields of a form in their order."""

    fields: tuple[Field, ...] = ()

    def __iter__(self) -> Iterator[Field]:
        return iter(self.fields)

    def field(self, key: str) -> Field | None:
        return next((field for field in self.fields if field.key == key), None)

    def facts(self) -> tuple[Fact, ...]:
        """What conditions of flows may look at: no personal or sensitive data, which many would read there."""
        return tuple(fact for field in self.fields if not field.protected and (fact := field.fact()))

    def as_json(self) -> dict[str, Any]:
        """The definition in the one form that is stored, exported and compared."""
        return {"format": FORMAT, "fields": [field.as_json() for field in self.fields]}
