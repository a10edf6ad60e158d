"""How a cell's value becomes text: one place for pages, exports and documents."""

import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Model
from django.utils import timezone
from django.utils.formats import date_format

from imbudget.kit.money import format_yuan


def resolve(row: Any, path: str) -> Any:
    """Follow a dotted path of attributes, keys or methods without arguments."""
    value = row
    for step in path.split("."):
        if value is None:
            return None
        value = value.get(step) if isinstance(value, dict) else getattr(value, step)
        if callable(value) and not isinstance(value, Model):
            value = value()
    return value


def as_text(value: Any, kind: str, money_unit: str = "yuan") -> str:
    """The text of one cell; an absent value is an empty text."""
    if value is None or value == "":
        return ""
    if kind == "money" and isinstance(value, Decimal | int):
        return format_yuan(Decimal(value), money_unit)
    if kind == "percent":
        return f"{round(value, 1) + 0:.1f}%"  # adding 0 turns -0.0 into 0.0
    if isinstance(value, datetime.datetime):
        return date_format(timezone.localtime(value), "DATETIME_FORMAT")
    if isinstance(value, datetime.date):
        return date_format(value, "DATE_FORMAT")
    return str(value)


def format_quantity(value: Decimal) -> str:
    """With thousands separators, without the zeros at the end that a column of four decimals adds."""
    whole, _point, decimals = f"{value:,f}".partition(".")
    decimals = decimals.rstrip("0")
    return f"{whole}.{decimals}" if decimals else whole
