"""What people type into an application, read into values; each reader raises ValueError with a translated reason."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from apps.projects.models import Project
from imbudget.kit.money import CURRENCY, MAX_AMOUNT, PLAIN, SHAPE, UNIT, UNITS
from imbudget.kit.text import clean, strip

YEARS = range(2000, 2100)
LONGEST_NUMBER = 40
MOST_POINTS = 100  # of a whole evaluation
TRUE = frozenset({True, "1", "true", "True", "on", "是"})
Reader = Callable[[Any], Any]


def read_decimal(value: Any, places: int) -> Decimal:
    """A number not below zero: full-width digits, thousands separators, ¥ and a unit behind it (1.5万元) are read."""
    text = value if isinstance(value, str) else str(value)
    plain = text.translate(PLAIN).strip(" ")
    unit = UNIT.search(plain)
    factor = UNITS[unit[0]] if unit else 1
    figure = CURRENCY.sub(r"\1", plain[: unit.start()].rstrip(" ") if unit else plain)
    found = SHAPE.fullmatch(figure) if len(figure) <= LONGEST_NUMBER else None
    if found is None:
        raise ValueError(_("This is not a number."))
    amount = Decimal(figure.replace(found["mark"] or ",", "")) * factor
    if amount < 0:
        raise ValueError(_("The amount must not be below zero."))
    if amount >= MAX_AMOUNT:
        raise ValueError(_("The amount is too large."))
    kept = amount.quantize(Decimal(1).scaleb(-places))
    if kept != amount:
        raise ValueError(_("This number has more than %(places)s decimals.") % {"places": places})
    return kept


def decimal_of(places: int) -> Reader:
    """Reads a number; nothing written is zero."""

    def read(value: Any) -> Decimal:
        return Decimal(0) if _is_blank(value) else read_decimal(value, places)

    return read


def points_of(value: Any) -> Decimal:
    """Reads points: a number of 0 to 100 with two decimals at most."""
    points = read_decimal(value, 2)
    if points > MOST_POINTS:
        raise ValueError(_("A weight is at most 100 points."))
    return points


def optional(read: Reader) -> Reader:
    """Reads what may be left open: nothing written is nothing."""
    return lambda value: None if _is_blank(value) else read(value)


def text_of(longest: int) -> Reader:
    """Reads a text without blanks at its ends."""

    def read(value: Any) -> str:
        try:
            text = strip(clean("" if value is None else str(value)))
        except ValueError as error:
            raise ValueError(
                _("This text holds characters of an old Mongolian input method. Type it with a Unicode keyboard.")
            ) from error
        if len(text) > longest:
            raise ValueError(_("This text is too long: at most %(longest)s characters.") % {"longest": longest})
        return text

    return read


def year_of(value: Any) -> int:
    """Reads a year of four digits."""
    text = str(value).translate(PLAIN).strip(" ")
    if not text.isascii() or not text.isdigit() or int(text[:5]) not in YEARS:
        raise ValueError(_("Write the year with four digits."))
    return int(text)


def date_of(value: Any) -> date | None:
    """Reads a day written 2027-05-01, 2027.5.1, 2027/5/1 or 2027年5月1日; a serial number of Excel is refused by name."""
    if _is_blank(value) or isinstance(value, date):
        return value or None
    text = str(value).translate(PLAIN).strip(" ")
    parts = text.replace("年", "-").replace("月", "-").rstrip("日").replace("/", "-").replace(".", "-").split("-")
    if len(parts) == 1 and text.isdigit():
        raise ValueError(
            _("%(text)s is a serial number of a spreadsheet: write the date like 2027-05-01.") % {"text": text}
        )
    try:
        year, month, day = (int(part) for part in parts)
        return date(year_of(year), month, day)
    except ValueError as error:
        raise ValueError(_("%(text)s is not a date like 2027-01-01.") % {"text": text[:40]}) from error


def choice_of(choices: Mapping[str, Any] | list[tuple[str, Any]], blank: bool = False) -> Reader:
    """Reads one of the values of a field with choices."""
    known = {str(value) for value, _label in (choices.items() if isinstance(choices, Mapping) else choices)}

    def read(value: Any) -> str:
        text = "" if value is None else str(value)
        if text not in known and not (blank and not text):
            raise ValueError(_("Choose one of the values offered."))
        return text

    return read


def flag_of(value: Any) -> bool:
    """Reads a mark."""
    return value in TRUE


def _is_blank(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def choices_of(field: str) -> list[tuple[str, Any]]:
    """The choices of a field of a project."""
    found: Any = Project._meta.get_field(field)
    return list(found.choices or ())
