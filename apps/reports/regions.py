"""The map of a region as a document and as a picture: the figures of its page, nothing else."""

import datetime
from decimal import Decimal
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from apps.dashboard.mapping import head_of, map_of, series_of
from apps.dashboard.selectors.figures import total
from apps.dashboard.selectors.region import MONTHS, RegionMap
from apps.reports.document import Column, Document, Facts, Picture, Plot, Row, Section, Table
from apps.reports.monthlines import months_drawn
from apps.reports.pictures import png_of
from imbudget.kit import registry
from imbudget.kit.charts import Direction
from imbudget.kit.charts.words import figure_of, short
from imbudget.kit.errors import RuleViolation
from imbudget.kit.registry import Measure

# The classes of tokens.css, which a picture cannot read.
COLOURS = {
    Direction.NEUTRAL: ("#ffffff", "#e8f0f8", "#c2d8ed", "#8fb8de", "#2f6fad", "#123f73"),
    Direction.GOOD: ("#ffffff", "#e7f4ec", "#bfe0cb", "#8cc5a2", "#2a7a4e", "#0f4a2b"),
    Direction.BAD: ("#ffffff", "#fbefea", "#f3cdbf", "#e59c86", "#b3452f", "#7c1f16"),
}
EDGE, HEAD, STANDING, KEY, FOOT = 40, 96, 136, 190, 96  # units around the map
LETTER = 0.5  # of its size that a Mongolian letter is long, on the average


def region_title(found: RegionMap) -> str:
    """What the file is called."""
    words = {"region": found.region, "measure": found.measure.label, "year": found.asked.year}
    return _("%(region)s: %(measure)s %(year)s") % words


def region_document(found: RegionMap, *, with_picture: bool) -> Document:
    """The map, its figures, and what stood there month by month."""
    if found.at is None:
        raise RuleViolation(_("These figures have not been computed yet: come back in a minute."))
    sections: list[Section] = [Facts(_facts(found))]
    if with_picture and not found.asked.is_of_units:
        sections.append(Picture(png_of(region_svg(found)), region_title(found)))
    sections.append(_places(found, with_picture))
    if not found.asked.own:
        sections += ([_plot(found)] if with_picture and found.months else []) + [_months(found, with_picture)]
    unit_note = _("in yuan") if any(one.kind == "money" for one in (found.measure, *_parts(found))) else ""
    return Document(region_title(found), unit_note=unit_note, sections=sections, language=get_language() or "zh-hans")


def _facts(found: RegionMap) -> list[tuple[str, str]]:
    unit = _("yuan") if found.measure.kind == "money" else str(found.measure.unit)
    facts = [
        (pgettext("of regions", "measure"), str(found.measure.label)),
        (pgettext("of figures", "unit"), unit),
        (_("fiscal year"), str(found.asked.year)),
        (_("data of"), _time(found)),
    ]
    return [*facts, (_("approval number of the map"), found.boundaries.approval)] if found.boundaries else facts


def _at(found: RegionMap) -> datetime.datetime:
    assert found.at is not None  # noqa: S101 - asked before
    return found.at


def _time(found: RegionMap) -> str:
    return date_format(timezone.localtime(_at(found)), "DATETIME_FORMAT")


def _figures(found: RegionMap) -> list[Column]:
    """The columns of figures: what a ratio is made of, then the measure."""
    kind = _kind(found.measure)
    parts = [Column(str(one.label), align="end", kind=_kind(one)) for one in _parts(found)]
    label = str(found.measure.label)
    return [*parts, Column(f"{label} (%)" if found.measure.kind == "percent" else label, align="end", kind=kind)]


def _parts(found: RegionMap) -> list[Measure]:
    return [registry.measures.get(name) for name in found.measure.part_of or ()]


def _kind(measure: Measure) -> Any:
    return "money" if measure.kind == "money" else "number"


def _cells(found: RegionMap, figure: Any, is_paper: bool) -> tuple[Any, ...]:
    value = _shown(found, figure.value, "–", is_paper)
    return (figure.part, figure.whole, value) if found.measure.part_of else (value,)


def _places(found: RegionMap, is_paper: bool) -> Table:
    first = _("budget unit") if found.asked.is_of_units else _("region")
    rows = [Row((place.code, place.label, *_cells(found, place.figure, is_paper))) for place in found.places]
    name = found.asked.measure
    whole = total([{name: place.figure} for place in found.places], [name])[name]
    if rows:
        rows.append(Row(("", _("total"), *_cells(found, whole, is_paper)), kind="total"))
    columns = [Column(_("code"), kind="code"), Column(first), *_figures(found)]
    return Table(
        columns, rows, title=_("figures of the map"), empty=_("No unit of this region has a figure in this year.")
    )


def _years(found: RegionMap) -> tuple[int, int]:
    return found.asked.year, found.asked.year - 1


def _months_title(found: RegionMap) -> str:
    return _("%(measure)s at the end of each month") % {"measure": found.measure.label}


def _plot(found: RegionMap) -> Plot:
    """The months as lines; a year of which nothing is known has none."""
    series = [(str(year), found.month_ends(year)) for year in _years(found)]
    known = [(name, values) for name, values in series if any(value is not None for value in values)]
    unit = _("yuan") if found.measure.kind == "money" else str(found.measure.unit)
    title = f"{_months_title(found)} · {unit}"
    return Plot(title, [str(month) for month in MONTHS], known, lambda value: _said(found, value), "lines")


def _said(found: RegionMap, value: Decimal | None) -> str:
    """A mark of the scale, short: amounts in ten thousands where they are long."""
    head = series_of(found, _at(found), "yuan").head
    unit, per = short(head, [value or Decimal(0)])
    return f"{figure_of(head, value, per)}{unit if per != 1 else ''}"


def _months(found: RegionMap, is_paper: bool) -> Table:
    """Where nothing is known nothing at all stands in a workbook, which would draw a word as zero."""
    unknown, kind, years = "–" if is_paper else None, _kind(found.measure), _years(found)
    ends = [found.month_ends(year) for year in years]
    rows = [Row((str(month), *(_shown(found, end[month - 1], unknown, is_paper) for end in ends))) for month in MONTHS]
    columns = [Column(_("month")), *(Column(str(year), align="end", kind=kind) for year in years)]
    return Table(columns, rows, title=_months_title(found), derived=True, charted=True)


def _shown(found: RegionMap, value: Decimal | None, unknown: str | None, is_paper: bool) -> Any:
    """A rate is written on paper as the page writes it; in a workbook it is a number of as many places."""
    if value is None or found.measure.kind != "percent":
        return unknown if value is None else value
    written = head_of(found.measure, _at(found), "yuan").say(value).removesuffix("%")
    return written if is_paper else Decimal(written)


def region_picture(found: RegionMap, money_unit: str = "yuan") -> bytes:
    """The map with its head, its classes and where it has one its number, and the months below it, as PNG."""
    if found.at is None or found.asked.is_of_units:
        raise RuleViolation(_("There is no map of these figures."))
    return png_of(region_svg(found, money_unit, with_months=bool(found.months)))


def region_svg(found: RegionMap, money_unit: str = "yuan", with_months: bool = False) -> str:
    """The drawing: colours stand in it, because no sheet of styles is read beside it."""
    drawn = map_of(found, _at(found), money_unit)
    standing = get_language() == "mvf"
    start, top = (STANDING, EDGE) if standing else (EDGE, HEAD)
    colours = COLOURS[drawn.direction]
    keys = [
        (EDGE + place % 4 * KEY, place // 4 * 26, key, colours[key.number]) for place, key in enumerate(drawn.legend)
    ]
    width = max(drawn.width, min(len(keys), 4) * KEY) + start + EDGE
    height = top + drawn.height + FOOT + 26 * (len(keys) > 4)
    lines = months_drawn(found, money_unit, standing, width - start - EDGE, start, height) if with_months else None
    context = {
        "chart": drawn,
        "months": lines,
        "title": region_title(found),
        "columns": _columns(found, drawn.figure_unit, top + drawn.height) if standing else [],
        "unit": drawn.figure_unit,
        "time": _time(found),
        "standing": standing,
        "start": start,
        "top": top,
        "width": width,
        "height": height + (lines["room"] if lines else 0),
        "map_end": height,
        "legend_at": top + drawn.height + 34,
        "keys": keys,
        "colours": colours,
        "unit_of_classes": drawn.head.unit,
    }
    return render_to_string("reports/region_map.svg", context)


def _columns(found: RegionMap, unit: str, room: int) -> list[tuple[int, int, str]]:
    """Where lines stand: (place, size, words) of the head's columns, small enough for the picture's height."""
    measure = f"{found.measure.label} {found.asked.year}"
    said = [
        (24, str(found.region)),
        (24, measure),
        (15, f"{_('figures on the map')}{_(': ')}{unit}"),
        (15, f"{_('data of')} {_time(found)}"),
    ]
    places = (26, 58, 84, 106)
    return [
        (place, min(size, max(9, int(room / (len(words) * LETTER)))), words)
        for place, (size, words) in zip(places, said, strict=True)
    ]
