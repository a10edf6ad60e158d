"""The summary page: region × function × fund × economic class × kind, drilled down to units and lines."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.budget import selectors
from apps.budget.models import BudgetSheet, ExpenditureKind
from apps.budget.questions import may_choose_region, query_of, regions_above, values_of
from apps.budget.rounds import Round, rounds_offered
from apps.budget.selectors import Dimension, SummaryQuery, SummaryRow
from apps.budget.selectors.collection import reports_elsewhere
from apps.budget.selectors.rollup import NO_CLASS, codes_of, last_year_of, total_of
from apps.budget.selectors.summarytree import depth_of
from imbudget.kit.charts import bar_chart, money_head
from imbudget.kit.views import TemplatePage
from imbudget.kit.views.base import Crumb

LABELS = {
    Dimension.REGION: gettext_lazy("by region"),
    Dimension.UNIT: gettext_lazy("by unit"),
    Dimension.FUNCTION: gettext_lazy("by function"),
    Dimension.FUND: gettext_lazy("by fund type"),
    Dimension.GOVERNMENT: gettext_lazy("by government economic class"),
    Dimension.DEPARTMENT: gettext_lazy("by department economic class"),
    Dimension.KIND: gettext_lazy("by kind of expenditure"),
}

# What the form above the table asks for itself; the rest of the question goes along hidden.
FIELDS = {"year", "round", "region", "own", "accepted", "kind", "turned"}


@dataclass(frozen=True, slots=True)
class Shown:
    """A row with where its parts lead: its name deeper, its amounts to what they are made of."""

    row: SummaryRow
    deeper: str
    made_of: str
    lines: str
    before: str
    twist: str


class SummaryPage(TemplatePage):
    grant = "budget.see"
    template_name = "budget/summary.html"
    title = gettext_lazy("budget summary")

    @cached_property
    def query(self) -> SummaryQuery:
        return query_of(self.request)

    @cached_property
    def before(self) -> SummaryQuery | None:
        return last_year_of(self.query)

    def get_template_names(self) -> list[str]:
        part = self.request.htmx and not self.request.htmx.boosted
        return ["budget/_summary_rows.html" if part else self.template_name]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        query = self.query
        rows = selectors.summary_rows(self.actor, query, self.before)
        total = total_of(rows)
        context = super().get_context_data(**kwargs) | {
            "query": query,
            "now": Round(query.year, query.round),
            "region": query.region,
            "rows": [self._shown(row) for row in rows],
            "total": total,
            "total_made_of": self._made_of_total(),
            "lines_address": self._lines(),
            "before": Round(self.before.year, self.before.round).label if self.before else "",
            "levels": self._levels(),
        }
        return context if self.request.htmx else context | self._around(rows, total)

    def _around(self, rows: list[SummaryRow], total: SummaryRow) -> dict[str, Any]:
        """What stands around the table and does not change while its rows are opened and closed."""
        query, top = self.query, [row for row in rows if row.depth == 0]
        years, rounds = rounds_offered()
        bars = [(row.label or row.key, row.amount, row.prior_approved) for row in top]
        note = _("The amounts of the table as bars")
        head = money_head(_("amounts compared"), timezone.now(), self.request.money_unit, note)
        return {
            "may_choose_region": may_choose_region(self.actor),
            "years": years,
            "rounds": rounds,
            "kinds": ExpenditureKind.choices,
            "chosen_kind": query.prefix(Dimension.KIND),
            "views": [(LABELS[by], self._address(by=by), by == query.by) for by in self._dimensions()],
            "chart": bar_chart(head, bars, (_("amount"), _("approved last year")), _("others")),
            "narrowed": self._narrowed(),
            "elsewhere": [] if query.is_one_level else reports_elsewhere(query.region),
            "documents": urlencode(values_of(query)),
            "kept": [(name, value) for name, value in values_of(query).items() if name not in FIELDS],
            "wider": self._wider(),
        }

    def _dimensions(self) -> list[Dimension]:
        """The last level has no regions below it."""
        last = self.query.region.level >= 2
        return [by for by in LABELS if not (last and by == Dimension.REGION)]

    def _address(self, **changes: Any) -> str:
        """The same question with some parts changed; another dimension or region begins with a tidy tree."""
        values = values_of(self.query) | {name: str(value) for name, value in changes.items()}
        if "turned" not in changes:
            values.pop("turned", None)
        if "by" in changes:
            values.pop("levels", None)
        return "?" + urlencode({name: value for name, value in values.items() if value != ""})

    def _shown(self, row: SummaryRow) -> Shown:
        turned = self.query.turned ^ {row.key}
        twist = "" if row.is_last else self._address(turned=".".join(sorted(turned)))
        return Shown(row, self._deeper(row), self._made_of(row), self._lines(row), self._earlier(row), twist)

    def _earlier(self, row: SummaryRow) -> str:
        """The same row in last year's accepted sheets."""
        if self.before is None or row.unit_id:
            return ""
        last = {"year": self.before.year, "round": self.before.round, "accepted": "1"}
        return self._address(**last, **self._narrowing(row))

    def _narrowing(self, row: SummaryRow) -> dict[str, Any]:
        """The part of an address that keeps to this row."""
        if row.region:
            return {"region": row.region.pk, "own": "1" if row.is_own else ""}
        return {} if row.unit_id else {str(self.query.by): row.key or NO_CLASS}

    def _deeper(self, row: SummaryRow) -> str:
        """Where a name leads: the same question further down its own tree."""
        query = self.query
        if row.region:
            at_end = row.is_own or row.region.level >= 2
            return self._address(by=Dimension.FUNCTION if at_end else Dimension.REGION, **self._narrowing(row))
        if row.unit_id:
            return self.sheets.get(row.unit_id, "") or reverse("regions:unit", args=[row.unit_id])
        if query.by == Dimension.KIND:
            return self._address(by=Dimension.FUNCTION, **self._narrowing(row))
        return self._made_of(row) if row.is_last else self._address(**self._narrowing(row))

    def _made_of(self, row: SummaryRow) -> str:
        """Where an amount leads: region → regions below → units of one level → lines."""
        if row.unit_id:
            return self._lines(row) or self._deeper(row)
        one_level = row.is_own or row.region.level >= 2 if row.region else self.query.is_one_level
        return self._address(by=Dimension.UNIT if one_level else Dimension.REGION, **self._narrowing(row))

    def _made_of_total(self) -> str:
        by = Dimension.UNIT if self.query.is_one_level else Dimension.REGION
        return "" if by == self.query.by else self._address(by=by)

    def _lines(self, row: SummaryRow | None = None) -> str:
        """The lines themselves, where the list of lines can say it: those of one level, whatever state their sheets are in."""
        query, names = self.query, {str(name): prefix for name, prefix in self.query.prefixes}
        one_level, region = query.is_one_level, query.region
        if row and row.region:
            one_level, region = row.is_own or row.region.level >= 2, row.region
        elif row:
            names |= {"unit": str(row.unit_id)} if row.unit_id else self._narrowing(row)
        if not one_level or NO_CLASS in names.values() or query.accepted_only:
            return ""
        values = {"year": query.year, "round": query.round, "region": region.pk, **names}
        return f"{reverse('budget:lines')}?{urlencode(values)}"

    @cached_property
    def sheets(self) -> dict[int, str]:
        """Unit id → address of its sheet, for the rows of one region."""
        query = self.query
        sheets = BudgetSheet.objects.visible_to(self.actor).of_round(query.year, query.round)
        found = sheets.filter(region=query.region).order_by().values_list("unit_id", "pk")
        return {unit: reverse("budget:sheet", args=[pk]) for unit, pk in found}

    def _narrowed(self) -> list[tuple[Any, str, str, str]]:
        """(dimension, code, name, address without it) of each prefix."""
        return [
            (LABELS[dimension], "" if prefix == NO_CLASS else prefix, self._name(dimension, prefix), address)
            for dimension, prefix in self.query.prefixes
            if (address := self._address(**{str(dimension): ""})) and dimension != Dimension.KIND
        ]

    def _name(self, dimension: Dimension, prefix: str) -> str:
        if prefix == NO_CLASS:
            return _("without a class")
        return dict(codes_of(self.query.year, dimension).values()).get(prefix, "")

    def _levels(self) -> list[tuple[int, str, bool]]:
        """Links that open the whole tree down to a level."""
        depth = depth_of(self.query)
        shown = min(self.query.open_levels, depth)
        return [(n, self._address(levels=n), n == shown) for n in range(1, depth + 1)] if depth > 1 else []

    def _wider(self) -> str:
        """The question without what narrows it; where nothing does, without an answer."""
        query = self.query
        if not (query.prefixes or query.own_level or query.accepted_only):
            return ""
        plain = SummaryQuery(query.region, query.year, query.round, query.by)
        return "?" + urlencode(values_of(plain))

    def get_crumbs(self) -> list[Crumb]:
        region = self.query.region
        above = [(each.name, self._address(region=each.pk, own="")) for each in regions_above(self.actor, region)]
        crumbs = [Crumb(*each) for each in above]
        if self.query.own_level and region.level < 2:
            crumbs.append(Crumb(region.name, self._address(own="")))
        return crumbs
