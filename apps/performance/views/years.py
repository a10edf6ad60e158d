"""Projects by year: the list, and the page of one that everything about its performance hangs on."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.ledger.selectors.years import year_at_work
from apps.performance import policies
from apps.performance.filters.years import ProjectYearFilter
from apps.performance.models import ProjectYear
from apps.performance.selectors.years import goals_changed, targets_of
from apps.performance.tables.years import YearTable
from apps.performance.views import pieces
from apps.performance.views.shared import crumbs_to
from imbudget.kit.views import DetailPage, HistoryTab, ListPage, Tab
from imbudget.kit.views.base import Crumb
from imbudget.kit.views.detail import Act

RELATED = ("project", "unit", "region", "department", "category")


def year_crumbs(of: ProjectYear | None = None) -> list[Crumb]:
    """The way back to the list, and to the project's year."""
    return crumbs_to(_("performance of projects"), "years", of)


class YearList(ListPage):
    model = ProjectYear
    table = YearTable
    filters = ProjectYearFilter
    grant = "performance.see"
    title = gettext_lazy("performance of projects")
    empty_text = gettext_lazy("No project is watched in this year yet. The finance office opens the year.")

    def initial_query(self) -> dict[str, Any]:
        return {"year": year_at_work()}

    def get_actions(self) -> list[tuple[Any, str]]:
        query = self.query_without("cursor", "sort", "view", "columns")
        papers = (_("papers of these projects"), f"{reverse('reports:performance_start')}?{query}")
        opens = policies.may_configure(self.actor, self.actor.region_id)
        return [(_("open the year"), reverse("performance:years_open")), papers] if opens else [papers]


def _targets(page: DetailPage, of: ProjectYear) -> dict[str, Any]:
    return {"targets": targets_of(of)}


class YearDetail(DetailPage):
    """What every part of performance adds to it stands in `pieces`."""

    model = ProjectYear
    grant = "performance.see"
    template_name = "performance/year.html"
    tabs = (
        Tab("targets", gettext_lazy("targets and what was reached"), "performance/_targets.html", _targets),
        *pieces.TABS,
        HistoryTab,
    )

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related(*RELATED)

    def get_crumbs(self) -> list[Crumb]:
        return year_crumbs()

    def get_facts(self) -> list[tuple[Any, Any]]:
        of = self.object
        return [
            (_("project code"), of.project.code),
            (_("budget unit"), of.unit),
            (_("competent department"), of.department),
            (_("region"), of.region),
            (_("category"), of.category or "–"),
            (_("fiscal year"), str(of.year_id)),
            (_("figures of money as of"), of.money_at or "–"),
        ]

    def get_acts(self) -> list[Act]:
        return pieces.acts_of(self)

    def get_context_data(self) -> dict[str, Any]:
        changed = goals_changed(self.object)
        may = changed == "open" and bool(policies.may_configure(self.actor, self.object.region_id))
        return super().get_context_data() | {"goals_changed": changed, "may_take_over": may}
