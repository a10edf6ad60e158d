"""Reading the definition of a form from JSON: everything wrong in it is told at once, each with its path."""

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from apps.lowcode import conditions
from apps.lowcode.errors import Collector, DefinitionErrors
from apps.lowcode.schema.expressions import Expression, ExpressionError, parse_expression
from apps.lowcode.schema.fields import (
    CATALOGS,
    DATA_CLASSES,
    FORMAT,
    IN_TABLES,
    NUMBERS,
    SUMMED,
    Choice,
    Field,
    FormSchema,
    data_class_of,
)
from apps.lowcode.schema.fields import FieldType as T
from apps.lowcode.schema.patterns import Pattern, PatternError, parse_pattern
from apps.lowcode.schema.scores import wrong_score
from apps.lowcode.schema.values import LARGEST, LONGEST, MOST_CHOICES, READERS, AnswerError, parse_day, written
from apps.lowcode.words import parse_words
from imbudget.kit.text import printable

MOST_FIELDS = 200
MOST_COLUMNS = 30
KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
RESERVED = frozenset({"sum"})
EVERY = frozenset({"key", "type", "label", "help", "shown_if", "locked"})
ANSWERED = frozenset(T) - {T.HEADING, T.COMPUTED}
# Which types take an attribute beyond those of every field.
TAKES: dict[str, frozenset[T]] = {
    "required": ANSWERED,
    "min": frozenset({T.TEXT, T.LONGTEXT, T.INTEGER, T.AMOUNT, T.PERCENT, T.DATE, T.PERIOD, T.MULTICHOICE, T.TABLE}),
    "pattern": frozenset({T.TEXT}),
    "default": frozenset({T.TEXT, T.LONGTEXT, T.INTEGER, T.AMOUNT, T.PERCENT, T.DATE, T.CHOICE, T.MULTICHOICE}),
    "data_class": frozenset(T) - {T.HEADING, T.TABLE, T.FILE, T.SCORE},
    "choices": frozenset({T.CHOICE, T.MULTICHOICE}),
    "columns": frozenset({T.TABLE}),
    "expression": frozenset({T.COMPUTED}),
    "catalog": frozenset({T.CODE}),
    **dict.fromkeys(("weight", "low", "high"), frozenset({T.SCORE})),
}
TAKES["max"] = TAKES["min"] | {T.SCORE}
COUNTED = frozenset({T.TEXT, T.LONGTEXT, T.MULTICHOICE, T.TABLE})
PATTERN_WORDS: dict[str, Callable[[], str]] = {
    "long": lambda: _("The pattern is too long."),
    "group": lambda: _("A pattern has no brackets ( ): write each possibility between | in full."),
    "repeat": lambda: _("A repetition such as *, + or {2,5} does not fit here; at most 100 are allowed."),
    "class": lambda: _("The characters between [ and ] are not well written."),
    "escape": lambda: _("Behind a backslash only d, w, s or a sign may stand."),
    "empty": lambda: _("A pattern may not be empty."),
}


def parse_form(data: Any) -> FormSchema:
    """The form of a definition. Raises DefinitionErrors."""
    wrong = Collector()
    fields: list[Field] = []
    for index, raw in enumerate(_fields_of(data, wrong)):
        field = _FieldReader(raw, f"fields[{index}]", fields, wrong).read()
        if field is not None:
            fields.append(field)
    wrong.done()
    return FormSchema(tuple(fields))


def _fields_of(data: Any, wrong: Collector) -> list[Any]:
    if not isinstance(data, dict):
        wrong.add("", _("The definition of a form is a JSON object."))
        return []
    for key in data:
        if key not in ("format", "fields"):
            wrong.add(str(key)[:60], _("A form has no such part."))
    if data.get("format") != FORMAT or isinstance(data.get("format"), bool):
        wrong.add("format", _("The format must be %(format)s.") % {"format": FORMAT})
    return _list(data.get("fields"), "fields", MOST_FIELDS, wrong)


def _list(raw: Any, path: str, most: int, wrong: Collector) -> list[Any]:
    if not isinstance(raw, list) or not raw:
        wrong.add(path, _("At least one is needed here."))
        return []
    if len(raw) > most:
        wrong.add(path, _("At most %(count)s are allowed here.") % {"count": most})
    return raw[:most]


class _FieldReader:
    """Reads one field or column; `before` are those that stand before it, to which it may refer."""

    def __init__(self, raw: Any, path: str, before: list[Field], wrong: Collector, inside: bool = False) -> None:
        self.raw, self.path, self.before, self.wrong, self.inside = raw, path, before, wrong, inside
        self.type = T.TEXT

    def bad(self, name: str, message: str) -> None:
        self.wrong.add(f"{self.path}.{name}" if name else self.path, message)

    def read(self) -> Field | None:
        if not isinstance(self.raw, dict):
            self.bad("", _("A field is a JSON object."))
            return None
        key, known = self._key(), self._type()
        if known is None:
            return None
        self.type = known
        self._refuse_others()
        field = Field(
            key=key,
            type=known,
            label=parse_words(self.raw.get("label"), f"{self.path}.label", self.wrong),
            help=parse_words(self.raw.get("help"), f"{self.path}.help", self.wrong, required=False, limit=1000),
            required=self._flag("required"),
            locked=self._flag("locked"),
            least=self._bound("min"),
            most=self._bound("max"),
            pattern=self._pattern(),
            shown_if=self._shown_if(),
            data_class=self._one_of("data_class", tuple(DATA_CLASSES), data_class_of(known)),
            choices=self._choices() if known in TAKES["choices"] else (),
            columns=self._columns() if known == T.TABLE else (),
            expression=self._expression() if known == T.COMPUTED else None,
            catalog=self._one_of("catalog", CATALOGS, "") if known == T.CODE else "",
            **{name: self._bound(name) for name in ("weight", "low", "high")},
        )
        if field.least is not None and field.most is not None and field.least > field.most:
            self.bad("max", _("The largest value is below the smallest."))
        for name, sentence in wrong_score(field, self.before):
            self.bad(name, sentence)
        return self._with_default(field)

    def _key(self) -> str:
        key = self.raw.get("key")
        if not isinstance(key, str) or not KEY.fullmatch(key) or key in RESERVED:
            self.bad(
                "key", _("A key has small letters, digits and _, begins with a letter, and has at most 40 of them.")
            )
            return ""
        if any(field.key == key for field in self.before):
            self.bad("key", _("Another field has the key “%(key)s”.") % {"key": key})
        return key

    def _type(self) -> T | None:
        text = self.raw.get("type")
        allowed = IN_TABLES if self.inside else frozenset(T)
        if isinstance(text, str) and text in allowed:
            return T(text)
        known = isinstance(text, str) and text in frozenset(T)
        sentence = (
            _("A column cannot be of the type “%(type)s”.") if known else _("There is no type of field “%(type)s”.")
        )
        self.bad("type", sentence % {"type": str(text)[:40]})
        return None

    def _refuse_others(self) -> None:
        for name, value in self.raw.items():
            if name in EVERY:
                continue
            types = TAKES.get(name)
            if types is None:
                self.bad(str(name)[:60], _("A field has no such attribute."))
            elif self.type not in types and value not in (None, False, "", "ordinary") and value != []:
                self.bad(name, _("A field of this type has no such attribute."))

    def _flag(self, name: str) -> bool:
        value = self.raw.get(name)
        if value is not None and not isinstance(value, bool):
            self.bad(name, _("Yes or no (true or false) is needed here."))
        return value is True and (name not in TAKES or self.type in TAKES[name])

    def _one_of(self, name: str, allowed: tuple[str, ...], default: str) -> str:
        value = self.raw.get(name)
        if value in (None, "") and default:
            return default
        if not isinstance(value, str) or value not in allowed:
            self.bad(name, _("One of these is needed here: %(values)s.") % {"values": ", ".join(allowed)})
            return default
        return value

    def _bound(self, name: str) -> Any:
        raw = self.raw.get(name)
        if raw in (None, "") or self.type not in TAKES[name]:
            return None
        try:
            if self.type in (T.DATE, T.PERIOD):
                return parse_day(written(raw))
            number = Decimal(written(raw)[:40])
            whole = self.type in COUNTED or self.type == T.INTEGER
            if not number.is_finite() or abs(number) >= LARGEST or (whole and number != int(number)):
                raise ValueError
            if self.type in COUNTED and not 0 <= number <= LONGEST.get(self.type, 500):
                raise ValueError
        except (ValueError, ArithmeticError):
            self.bad(name, _("This is no bound that fits the type of the field."))
            return None
        return int(number) if whole else number

    def _pattern(self) -> Pattern | None:
        raw = self.raw.get("pattern")
        if raw in (None, "") or self.type not in TAKES["pattern"]:
            return None
        if not isinstance(raw, str) or printable(raw) != raw:  # the database takes no NUL and no half character
            self.bad("pattern", _("This is not text."))
            return None
        try:
            return parse_pattern(raw)
        except PatternError as error:
            self.bad("pattern", PATTERN_WORDS[error.args[0]]())
            return None

    def _shown_if(self) -> conditions.Condition | None:
        raw = self.raw.get("shown_if")
        if raw is None:
            return None
        facts = [fact for field in self.before if (fact := field.fact())]
        try:
            found = conditions.parse(raw, facts, f"{self.path}.shown_if")
        except DefinitionErrors as errors:
            self.wrong.errors += errors
            return None
        if conditions.is_contradictory(found, facts):
            self.bad("shown_if", _("This condition can never hold."))
        return found

    def _choices(self) -> tuple[Choice, ...]:
        found: dict[str, Choice] = {}
        for index, raw in enumerate(_list(self.raw.get("choices"), f"{self.path}.choices", MOST_CHOICES, self.wrong)):
            path = f"{self.path}.choices[{index}]"
            if not isinstance(raw, dict) or not set(raw) <= {"value", "zh", "mn"}:
                self.wrong.add(path, _("A choice is written as {“value”: “…”, “zh”: “…”, “mn”: “…”}."))
                continue
            value = raw.get("value")
            words = {name: text for name, text in raw.items() if name != "value"}
            if not isinstance(value, str) or not value.isprintable() or not 1 <= len(value.strip()) <= 60:
                self.wrong.add(f"{path}.value", _("A value of 1 to 60 characters is needed here."))
            elif value in found:
                self.wrong.add(f"{path}.value", _("Another choice has this value."))
            else:
                found[value] = Choice(value, parse_words(words, path, self.wrong))
        return tuple(found.values())

    def _columns(self) -> tuple[Field, ...]:
        columns: list[Field] = []
        for index, raw in enumerate(_list(self.raw.get("columns"), f"{self.path}.columns", MOST_COLUMNS, self.wrong)):
            column = _FieldReader(raw, f"{self.path}.columns[{index}]", columns, self.wrong, inside=True).read()
            if column is not None:
                columns.append(column)
        return tuple(columns)

    def _expression(self) -> Expression | None:
        raw = self.raw.get("expression")
        try:
            if not isinstance(raw, str):
                raise ExpressionError(_("A calculation is needed here."))
            found = parse_expression(raw)
        except ExpressionError as error:
            self.bad("expression", str(error))
            return None
        known = {field.key: field for field in self.before}
        for key in sorted(found.fields):
            if key not in known or known[key].type not in NUMBERS:
                text = _("There is no field “%(key)s” with a number before this one.")
                self.bad("expression", text % {"key": key})
        for table, column in sorted(found.sums):
            self._refuse_sum(known.get(table), table, column)
        return found

    def _refuse_sum(self, table: Field | None, key: str, name: str) -> None:
        column = table.column(name) if table is not None and table.type == T.TABLE else None
        if column is None or column.type not in SUMMED:
            text = _("There is no table “%(table)s” with a number “%(column)s” before this field.")
            self.bad("expression", text % {"table": key, "column": name})

    def _with_default(self, field: Field) -> Field:
        raw = self.raw.get("default")
        if raw in (None, "") or raw == [] or self.type not in TAKES["default"]:
            return field
        if field.protected:
            self.bad("default", _("A field with personal data has no default."))
            return field
        try:
            value = READERS[field.type](field, raw)
        except AnswerError as error:
            self.bad("default", error.message)
            return field
        return replace(field, default=value)
