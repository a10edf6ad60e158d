"""The summary page: region × function × fund × economic class, with drill-down to lines."""

from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.budget import selectors
from apps.budget.questions import query_of, regions_above, regions_offered
from apps.budget.rounds import Round, rounds_offered
from apps.budget.selectors import Dimension, SummaryQuery, SummaryRow
from imbudget.kit.views import TemplatePage
from imbudget.kit.views.base import Crumb

LABELS = {
    Dimension.REGION: _("by region"),
    Dimension.FUNCTION: _("by function"),
    Dimension.FUND: _("by fund type"),
    Dimension.GOVERNMENT: _("by government economic class"),
    Dimension.DEPARTMENT: _("by department economic class"),
}


class SummaryPage(TemplatePage):
    grant = "budget.see"
    template_name = "budget/summary.html"
    title = _("budget summary")

    @cached_property
    def query(self) -> SummaryQuery:
        return query_of(self.request)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        query = self.query
        rows = selectors.summary_rows(self.actor, query)
        years, rounds = rounds_offered()
        top = [row for row in rows if row.depth == 0]
        largest = max((row.amount for row in top), default=0)
        return super().get_context_data(**kwargs) | {
            "query": query,
            "now": Round(query.year, query.round),
            "region": query.region,
            "regions": regions_offered(self.actor),
            "years": years,
            "rounds": rounds,
            "views": [(by, LABELS[by], self._address(by=by), by == query.by) for by in Dimension],
            "rows": [(row, self._drill(query, row)) for row in rows],
            "bars": [(row, int(row.amount * 100 / largest) if largest else 0) for row in top],
            "total": selectors.summary_total(self.actor, query),
            "narrowed": [
                (LABELS[dimension], prefix, self._address(**{dimension: ""})) for dimension, prefix in query.prefixes
            ],
            "documents": self.request.GET.urlencode(),
        }

    def _address(self, **changes: Any) -> str:
        values = {key: value for key, value in self.request.GET.items() if key not in changes}
        values |= {key: value for key, value in changes.items() if value != ""}
        return "?" + urlencode(values)

    def _drill(self, query: SummaryQuery, row: SummaryRow) -> str:
        """Where a row leads: deeper down the tree, and at its end to the lines themselves."""
        if query.by == Dimension.REGION:
            if row.region == query.region or row.is_last:
                return self._address(region=row.region.pk, own="1", by=Dimension.FUNCTION)
            return self._address(region=row.region.pk)
        if not row.is_last:
            return self._address(**{query.by: row.key})
        lines = {"year": query.year, "round": query.round}
        if query.region.level >= 2 or query.own_level:
            lines["region"] = query.region.pk
        names = dict(query.prefixes) | {query.by: row.key}
        lines |= {key: value for key, value in names.items() if key in {"function", "department_economic", "fund"}}
        return f"{reverse('budget:lines')}?{urlencode(lines)}"

    def get_crumbs(self) -> list[Crumb]:
        above = regions_above(self.actor, self.query.region)
        return [Crumb(region.name, self._address(region=region.pk)) for region in above]
