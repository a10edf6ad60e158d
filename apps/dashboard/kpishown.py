"""How measures of the roll-out are written: figures with their unit, targets as sentences, states for their colour."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from apps.dashboard.kpiwords import MEANINGS, Meaning
from apps.dashboard.models import Kpi, KpiTarget, TargetKind
from apps.dashboard.selectors.kpi import KpiPage, Measured, value_of
from imbudget.kit.formats import format_quantity


def number(value: Decimal | None) -> str:
    """With two decimals at most, '–' where there is none."""
    return "–" if value is None else format_quantity(round(value, 2) + 0)


def with_unit(kpi: str, value: Decimal | None, unit: Any) -> str:
    """The figure and its unit; percent stands at the figure."""
    if value is None:
        return "–"
    return f"{number(value)}%" if str(unit) == "%" else f"{number(value)} {unit}"


def bare(value: Decimal | None, unit: Any) -> str:
    """The figure where its unit stands beside it or above it; percent stands at it always."""
    return number(value) + ("%" if value is not None and str(unit) == "%" else "")


def head(measured: Measured) -> str:
    """The measure as the head of a column."""
    unit = measured.meaning.unit
    return f"{measured.kpi.label}" if str(unit) == "%" else f"{measured.kpi.label} ({unit})"


def target_words(target: KpiTarget | None, unit: Any) -> str:
    """The target in words; empty without one."""
    if target is None:
        return ""
    if target.kind == TargetKind.CHANGE:
        shown = number(abs(target.value))
        if target.value < 0:
            return _("at least %(percent)s%% below the baseline") % {"percent": shown}
        return _("at most %(percent)s%% above the baseline") % {"percent": shown}
    figure = with_unit(target.kpi, target.value, unit)
    return (_("at most %(figure)s") if target.kind == TargetKind.MOST else _("at least %(figure)s")) % {
        "figure": figure
    }


def state(measured: Measured) -> str:
    """ok, bad, or nothing where there is no target or it cannot be said."""
    return {True: "ok", False: "bad", None: ""}[measured.is_met]


def shown(measured: Measured) -> dict[str, Any]:
    """What a card or a cell shows of a measure."""
    unit = measured.meaning.unit
    value, before, change = value_of(measured.current), value_of(measured.baseline), measured.change
    return {
        "measured": measured,
        "label": measured.kpi.label,
        "is_percent": str(unit) == "%",
        "figure": bare(value, unit),
        "baseline_figure": bare(before, unit),
        "current": with_unit(measured.kpi, value, unit),
        "baseline": with_unit(measured.kpi, before, unit),
        "change": "" if change is None else f"{'+' if change > 0 else ''}{number(change)}%",
        "target": target_words(measured.target, unit),
        "state": state(measured),
    }


def meanings() -> list[tuple[list[Any], Meaning]]:
    """What the measures are, those together that are worked out alike."""
    found: list[tuple[list[Any], Meaning]] = []
    for kpi, meaning in MEANINGS.items():
        if found and found[-1][1] == meaning:
            found[-1][0].append(kpi.label)
        else:
            found.append(([kpi.label], meaning))
    return found


def file_rows(region: Any, page: KpiPage) -> Iterator[dict[str, Any]]:
    """The rows of the file: the region itself, the regions below it, its phases."""
    yield from (_file_row(region, one) for one in page.cards)
    for line in (*page.regions, *page.phases):
        yield from (_file_row(line.place, one) for one in line.measures)


def _file_row(place: Any, one: Measured) -> dict[str, Any]:
    words = shown(one)
    met = {True: _("yes"), False: _("no"), None: ""}[one.is_met]
    return {
        "place": str(place),
        "kpi": str(Kpi(one.kpi).label),
        "unit": str(one.meaning.unit),
        "current": number(one.current.value) if one.current else "",
        "count": one.current.count if one.current else None,
        "baseline": number(one.baseline.value) if one.baseline else "",
        "change": words["change"],
        "target": words["target"],
        "met": met,
        "source": one.baseline.source if one.baseline else "",
    }
