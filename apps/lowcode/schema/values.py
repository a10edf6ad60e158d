"""One answer: from what a person wrote, or a file holds, to typed JSON; whatever is wrong becomes a sentence.

Numbers and dates are stored as text, so that no reader loses a digit: `"1200.50"`, `"2027-03-01"`.
"""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from apps.lowcode.schema.fields import Field
from apps.lowcode.schema.fields import FieldType as T
from imbudget.kit.formats import as_text
from imbudget.kit.money import PLAIN, format_yuan, parse_amount, parse_with_unit
from imbudget.kit.text import clean, strip

LONGEST = {T.TEXT: 200, T.LONGTEXT: 20_000, T.PERSON: 60, T.PHONE: 30}
LARGEST = Decimal(10) ** 15
MOST_CHOICES = 200
DATE = re.compile(r"(\d{4})(?:-|/|\.|年)(\d{1,2})(?:-|/|\.|月)(\d{1,2})日?", re.ASCII)
EIGHT = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
SERIAL = re.compile(r"[2-7]\d{4}(\.\d+)?", re.ASCII)  # Excel's days since 1900: 1954 to 2118
PHONE = re.compile(r"(?:\+?86[- ]?)?(1\d{10}|(?:0\d{2,3}-?)?\d{7,8}(?:-\d{1,6})?|(?:400|800)-?\d{3}-?\d{4})", re.ASCII)


class AnswerError(ValueError):
    """What is wrong with one answer; the message is translated."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def is_blank(raw: Any) -> bool:
    """Whether nothing was answered."""
    return raw is None or raw in ("", [], {}) or (isinstance(raw, str) and not strip(raw))


def written(raw: Any) -> str:
    """What a person wrote, as text; numbers of a file as a spreadsheet shows them. Raises AnswerError."""
    if isinstance(raw, str):
        return raw
    if isinstance(raw, bool) or not isinstance(raw, int | float | Decimal):
        raise AnswerError(_("A single value is needed here."))
    if isinstance(raw, float):
        return f"{raw:.15g}"
    number = Decimal(raw)
    if not number.is_finite() or abs(number) >= LARGEST * 1000:
        raise AnswerError(_("The number is too large."))
    return f"{number:f}"


def read_text(field: Field, raw: Any) -> str:
    """Cleaned text within its bounds. Raises AnswerError."""
    try:
        text = strip(clean(written(raw)))
    except ValueError as error:
        if isinstance(error, AnswerError):
            raise
        raise AnswerError(
            _("This text holds characters of an old Mongolian input method. Type it with a Unicode keyboard.")
        ) from error
    if field.type != T.LONGTEXT:
        text = text.replace("\r", " ").replace("\n", " ")
    most = field.most or LONGEST[field.type]
    if len(text) > most:
        raise AnswerError(_("This text has %(length)s characters; at most %(most)s are allowed.") % _sizes(text, most))
    if len(text) < (field.least or 0):
        raise AnswerError(
            _("This text has %(length)s characters; at least %(most)s are needed.") % _sizes(text, field.least)
        )
    if field.pattern is not None and not field.pattern.matches(text):
        raise AnswerError(
            _("This text does not have the form that is asked for: %(pattern)s") % {"pattern": field.pattern.source}
        )
    return text


def _sizes(text: str, most: int) -> dict[str, int]:
    return {"length": len(text), "most": most}


def read_phone(field: Field, raw: Any) -> str:
    """A telephone number as it is written in China. Raises AnswerError."""
    text = read_text(field, raw).translate(PLAIN)
    found = PHONE.fullmatch(re.sub(r"(?<=\d) (?=\d)", "", text))
    if found is None:
        raise AnswerError(_("This is no telephone number such as 13800000000 or 0471-1234567."))
    return found[1]


def read_integer(field: Field, raw: Any) -> int:
    """A whole number. Raises AnswerError."""
    try:
        number = parse_amount(written(raw))
    except AnswerError:
        raise
    except ValueError as error:
        raise AnswerError(_("This is not a whole number.")) from error
    if number != number.to_integral_value():
        raise AnswerError(_("This is not a whole number."))
    _refuse_outside(field, number, str)
    return int(number)


def read_amount(field: Field, raw: Any) -> str:
    """An amount in yuan, also written with 万元 behind it. Raises AnswerError."""
    try:
        amount = parse_with_unit(written(raw))
    except AnswerError:
        raise
    except ValueError as error:
        if str(error) == "decimals":
            raise AnswerError(_("An amount in yuan has at most two decimals.")) from error
        raise AnswerError(_("Write an amount in yuan, such as 12,345.60 or 1.2万元.")) from error
    if amount < 0 and (field.least is None or field.least >= 0):
        raise AnswerError(_("The amount must not be below zero."))
    _refuse_outside(field, amount, lambda number: format_yuan(Decimal(number)))
    return f"{amount:.2f}"


def read_percent(field: Field, raw: Any) -> str:
    """A percentage: 12.5 or 12.5%. Raises AnswerError."""
    try:
        number = parse_amount(written(raw).translate(PLAIN).strip(" ").removesuffix("%"))
    except AnswerError:
        raise
    except ValueError as error:
        raise AnswerError(_("Write a percentage with at most two decimals, such as 12.5.")) from error
    _refuse_outside(field, number, lambda number: f"{number}%")
    return f"{number:f}"


def read_score(field: Field, raw: Any) -> str:
    """Points from 0 to the full mark. Raises AnswerError."""
    try:
        number = parse_amount(written(raw))
    except AnswerError:
        raise
    except ValueError as error:
        raise AnswerError(_("Write a score with at most two decimals, such as 4.5.")) from error
    if number < 0:
        raise AnswerError(_("A score must not be below zero."))
    _refuse_outside(field, number, str)
    return plain_number(number)


def plain_number(number: Decimal) -> str:
    """The number without zeros behind its decimals: 4.50 and 4.5 are one score."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def read_date(field: Field, raw: Any) -> str:
    """A day; a date number of Excel is not guessed at. Raises AnswerError."""
    day = parse_day(written(raw))
    _refuse_outside(field, day, lambda bound: as_text(bound, "date"))
    return day.isoformat()


def parse_day(text: str) -> date:
    """A day as people write it: 2027-03-01, 2027/3/1, 2027年3月1日, 20270301. Raises AnswerError."""
    plain = text.translate(PLAIN).strip(" ")
    if SERIAL.fullmatch(plain):
        values = {"text": plain}
        raise AnswerError(_("%(text)s is a date number of a spreadsheet. Write the day, such as 2027-03-01.") % values)
    found = DATE.fullmatch(plain) or EIGHT.fullmatch(plain)
    try:
        if found is not None:
            return date(*(int(part) for part in found.groups()))
    except ValueError:
        pass
    raise AnswerError(_("%(text)s is not a day such as 2027-03-01.") % {"text": text[:40]})


def read_period(field: Field, raw: Any) -> dict[str, str]:
    """A first and a last day. Raises AnswerError."""
    if not isinstance(raw, dict):
        raise AnswerError(_("A period has a first and a last day."))
    ends = raw.get("from"), raw.get("to")
    if any(is_blank(end) for end in ends):
        raise AnswerError(_("A period has a first and a last day."))
    first, last = (parse_day(written(end)) for end in ends)
    if first > last:
        raise AnswerError(_("The period ends before it begins."))
    for day in (first, last):
        _refuse_outside(field, day, lambda bound: as_text(bound, "date"))
    return {"from": first.isoformat(), "to": last.isoformat()}


def read_choice(field: Field, raw: Any) -> str:
    """One of the choices: by its value, or in a file by its label. Raises AnswerError."""
    text = strip(written(raw))
    for choice in field.choices:
        if text == choice.value:
            return choice.value
    for choice in field.choices:
        if text and text in (choice.label.zh, choice.label.mn):
            return choice.value
    raise AnswerError(_("“%(value)s” is none of the choices.") % {"value": text[:60]})


def read_choices(field: Field, raw: Any) -> list[str]:
    """Several choices in the order of the definition. Raises AnswerError."""
    parts = raw if isinstance(raw, list | tuple) else [raw]
    if len(parts) > MOST_CHOICES:
        raise AnswerError(_("Too many choices."))
    chosen = {read_choice(field, part) for part in parts}
    if field.least is not None and len(chosen) < field.least:
        raise AnswerError(_("Choose at least %(count)s.") % {"count": field.least})
    if field.most is not None and len(chosen) > field.most:
        raise AnswerError(_("Choose at most %(count)s.") % {"count": field.most})
    return [choice.value for choice in field.choices if choice.value in chosen]


def _refuse_outside(field: Field, value: Any, shown: Callable[[Any], str]) -> None:
    if isinstance(value, Decimal) and abs(value) >= LARGEST:
        raise AnswerError(_("The number is too large."))
    if field.least is not None and value < field.least:
        raise AnswerError(_("At least %(bound)s is needed.") % {"bound": shown(field.least)})
    if field.most is not None and value > field.most:
        raise AnswerError(_("At most %(bound)s is allowed.") % {"bound": shown(field.most)})


READERS: dict[T, Callable[[Field, Any], Any]] = {
    T.TEXT: read_text,
    T.LONGTEXT: read_text,
    T.PERSON: read_text,
    T.PHONE: read_phone,
    T.INTEGER: read_integer,
    T.AMOUNT: read_amount,
    T.PERCENT: read_percent,
    T.SCORE: read_score,
    T.DATE: read_date,
    T.PERIOD: read_period,
    T.CHOICE: read_choice,
    T.MULTICHOICE: read_choices,
}
