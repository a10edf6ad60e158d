"""The map of a region: tiles or outlines coloured by a measure, down to units and projects."""

from decimal import Decimal
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext_lazy

from apps.dashboard.mapping import head_of, map_of, series_of, steps_of
from apps.dashboard.questions import question_of, years
from apps.dashboard.selectors.figures import is_late, total
from apps.dashboard.selectors.region import Place, Question, RegionMap
from imbudget.kit import registry
from imbudget.kit.charts import Head, Kind
from imbudget.kit.charts.words import figure_of, short
from imbudget.kit.formats import format_quantity
from imbudget.kit.registry import Measure
from imbudget.kit.views import TemplatePage
from imbudget.kit.views.base import Crumb


class RegionPage(TemplatePage):
    """One region: its figures, its map, its months, and the table of the same figures."""

    grant = "budget.see"
    template_name = "dashboard/region.html"
    title = gettext_lazy("map of the region")

    @cached_property
    def asked(self) -> Question:
        return question_of(self.request)

    @cached_property
    def found(self) -> RegionMap:
        return RegionMap(self.actor, self.asked)

    def get_title(self) -> str:
        label = self.found.measure.label
        return f"{self.asked.region} · {label}"

    def get_crumbs(self) -> list[Crumb]:
        """From the actor's own node down; over an own level its region."""
        above = list(self.asked.region.get_ancestors().filter(level__gte=self.actor.region_level or 0))
        if self.asked.own:
            above.append(self.asked.region)
        return [Crumb(str(region), self.asked.address(region=region.pk, own=None)) for region in above]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found, asked, unit = self.found, self.asked, self.request.money_unit
        context = super().get_context_data(**kwargs) | {
            "asked": asked,
            "region": asked.region,
            "measure": found.measure,
            "years": years(),
            "measures": [(name, one.label, name == asked.measure) for name, one in found.offered.items()],
            "at": found.at,
            "documents": urlencode(
                {"region": asked.region.pk, "year": asked.year, "measure": asked.measure, "own": int(asked.own)}
            ),
        }
        if found.at is None:
            return context
        head = head_of(found.measure, found.at, unit)
        return context | {
            "is_late": is_late(found.at),
            "head": head,
            "cards": self._cards(),
            "map": None if asked.is_of_units else map_of(found, found.at, unit),
            "series": None if asked.own else series_of(found, found.at, unit),
            "steps": None if asked.own else steps_of(found, found.at, unit),
            "rows": [self._row(place, head) for place in found.places],
            "total": self._total(head),
            "total_rows": found.rows_of_all,
            "parts": self._parts(),
            "has_counts": any(place.figure.count is not None for place in found.places),
        }

    def _cards(self) -> list[dict[str, Any]]:
        """Every measure of the region with its figure, short; each leads to its own map."""
        return [
            {
                "label": one.label,
                "href": self.asked.address(measure=name),
                "is_current": name == self.asked.measure,
                **self._short(one, self.found.totals[name].value),
                "note": self._said(name, one),
            }
            for name, one in self.found.offered.items()
        ]

    def _short(self, measure: Measure, value: Decimal | None) -> dict[str, Any]:
        head = head_of(measure, self.found.at, self.request.money_unit)
        unit, per = short(head, [] if value is None else [value])
        return {"text": figure_of(head, value, per), "unit": "" if measure.kind == Kind.PERCENT else unit}

    def _said(self, name: str, measure: Measure) -> str:
        """Of how many a ratio is, where it is of few of many."""
        figure, whole = self.found.totals[name], self.found.totals.get(measure.out_of)
        if not measure.said or not figure.whole:
            return ""
        numbers = {"part": figure.part, "whole": figure.whole, "all": whole.value if whole else None}
        return str(measure.said) % {key: format_quantity(value or Decimal(0)) for key, value in numbers.items()}

    @cached_property
    def _part_heads(self) -> list[Head]:
        measures = [registry.measures.get(name) for name in self.found.measure.part_of or ()]
        return [head_of(one, self.found.at, self.request.money_unit) for one in measures]

    def _parts(self) -> list[Any]:
        """What a ratio is made of, as heads of columns: label and unit."""
        return [(head.title, head.unit) for head in self._part_heads]

    def _row(self, place: Place, head: Head) -> dict[str, Any]:
        return {"place": place, **self._texts(place.figure, head)}

    def _texts(self, figure: Any, head: Head) -> dict[str, Any]:
        parts = [head.say(value) for head, value in zip(self._part_heads, (figure.part, figure.whole), strict=False)]
        return {"text": head.say(figure.value), "parts": parts, "count": figure.count}

    def _total(self, head: Head) -> dict[str, Any]:
        """Of units the sum of what is shown: their rows are read now, the region's figure is up to a minute old."""
        name = self.asked.measure
        if not self.asked.is_of_units:
            return self._texts(self.found.totals[name], head)
        return self._texts(total([{name: place.figure} for place in self.found.places], [name])[name], head)
