"""Template words of the kit."""

import datetime
from decimal import Decimal
from functools import lru_cache
from html import escape
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from imbudget.kit.charts import ChartError, Head
from imbudget.kit.formats import as_text, format_quantity, resolve
from imbudget.kit.money import capital_amount, format_yuan
from imbudget.kit.pickers import picker_context

register = template.Library()


@register.filter
def money(value: Any, unit: str = "yuan") -> str:
    """An amount in yuan with thousands separators, or in 万元 when the unit is `wan`."""
    return "" if value is None or value == "" else format_yuan(Decimal(value), unit)


@register.filter
def capital(value: Any) -> str:
    """The amount in capital characters (大写)."""
    return capital_amount(Decimal(value))


@register.filter
def attr(row: Any, path: str) -> Any:
    """Follow a dotted path from the row."""
    return resolve(row, path)


@register.filter
def shown(value: Any, kind: str = "text") -> str:
    """The text of a value, as in a table cell."""
    return as_text(value, kind)


@register.filter
def fact(value: Any, unit: str = "yuan") -> str:
    """The text of a fact on a detail page: a Decimal is an amount in yuan, everything else as in a cell."""
    return format_yuan(value, unit) if isinstance(value, Decimal) else as_text(value, "text")


@register.filter
def quantity(value: Any) -> str:
    """A number with thousands separators and no more decimals than it has."""
    return "" if value is None or value == "" else format_quantity(Decimal(value))


@register.filter
def percent_of(part: Any, whole: Any) -> str:
    """The part as a percentage of the whole, '' when there is no whole."""
    return f"{Decimal(part) * 100 / Decimal(whole):.1f}%" if whole else ""


@register.simple_tag
def cells(row: Any) -> SafeString:
    """The cells of a list's row: written here and not by a template, since a page has hundreds of them.

    Each carries the name of its column, which stands before it where a row is a card.
    """
    return mark_safe("".join(_cell(cell) for cell in row))  # noqa: S308 - every text in it is escaped


def _cell(cell: Any) -> str:
    column, text = cell.column, escape(cell.text)  # the library's own escape: Django's asks first whether it is lazy
    if column.kind == "state" and text:
        text = f'<span class="tag" data-state="{escape(cell.state)}">{text}</span>'
    elif cell.href:
        text = f'<a href="{escape(cell.href)}">{text}</a>'
    label, kind = escape(str(column.label)), "num" if column.numeric else column.kind
    return f'<td class="{kind}" data-label="{label}">{text}</td>'


@register.inclusion_tag("kit/_picker.html")
def picker(source: str, name: str, value: Any, label: str, field_id: str) -> dict[str, Any]:
    """A picker outside a form: `source` is the address that answers; a value is always chosen."""
    tree = source.endswith("region_choices")
    return picker_context(source, name, value, label, field_id, tree=tree, required=True)


@register.inclusion_tag("kit/_chart.html")
def chart(drawn: Any, table: str = "folded") -> dict[str, Any]:
    """A chart with its head and, `folded` or `open`, the table of its figures; '' where the page has that table already."""
    if not isinstance(getattr(drawn, "head", None), Head):
        raise ChartError("a chart needs a head: title, unit and the date of its data")
    as_of = drawn.head.as_of
    is_moment = isinstance(as_of, datetime.datetime)
    shown = (
        date_format(timezone.localtime(as_of), "DATETIME_FORMAT") if is_moment else date_format(as_of, "DATE_FORMAT")
    )
    return {"chart": drawn, "as_of": shown, "with_table": table}


@register.simple_tag
@lru_cache(maxsize=256)  # a page shows dozens of them, always the same
def icon(name: str) -> SafeString:
    """An icon of our own sheet (static/img/icons.svg)."""
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>', static("img/icons.svg"), name
    )
