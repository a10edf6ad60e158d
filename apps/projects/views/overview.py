"""The library of a region at a glance: categories by stages, each figure a way into the list."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.codes.models import FiscalYear
from apps.projects.filters import within
from apps.projects.models import Project
from apps.projects.selectors.overview import Figure, OverviewRow, overview
from apps.projects.stages import Stage
from apps.regions.models import Region
from imbudget.kit.actor import Reach
from imbudget.kit.charts import bar_chart, money_head
from imbudget.kit.views import TemplatePage
from imbudget.kit.views.base import Crumb


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure and the list behind it ('' where there is nothing)."""

    figure: Figure
    href: str
    stage: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A category with its figures."""

    label: str
    code: str
    depth: int
    cells: list[Cell]


class Overview(TemplatePage):
    grant = "projects.see"
    template_name = "projects/overview.html"
    title = gettext_lazy("overview of the project library")

    @cached_property
    def region(self) -> Region | None:
        """The region asked for, else the actor's own; units see their own projects and choose none."""
        if self.actor.reach == Reach.UNITS:
            return None
        asked = self.request.GET.get("region", "")
        key = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 10 else self.actor.region_id
        region = Region.objects.visible_to(self.actor).filter(pk=key).first()
        if region is None:
            raise Http404
        return region

    @cached_property
    def years(self) -> list[int]:
        return list(FiscalYear.objects.values_list("year", flat=True))

    @cached_property
    def year(self) -> int | None:
        asked = self.request.GET.get("year", "")
        return int(asked) if asked in map(str, self.years) else None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        projects = Project.objects.visible_to(self.actor)
        if self.region:
            projects = projects.filter(**within(self.region.pk))
        if self.year:
            projects = projects.filter(setup_year=self.year)
        rows, whole = overview(projects)
        label = _("without a category")
        top = [(str(row.category or label), row.total.amount, self._stored(row)) for row in rows if row.depth == 0]
        note = _("The amounts of the table as bars")
        head = money_head(_("amounts compared"), timezone.now(), self.request.money_unit, note)
        return super().get_context_data(**kwargs) | {
            "region": self.region,
            "may_choose_region": self.actor.reach in {Reach.EVERYTHING, Reach.LEAGUE},
            "years": self.years,
            "year": self.year,
            "stages": Stage,
            "rows": [self._shown(row, label) for row in rows],
            "whole": self._shown(whole, _("total")),
            "chart": bar_chart(head, top, (_("total"), _("in the store")), _("others")),
            "regions": self._below() if self.region else [],
        }

    def _stored(self, row: OverviewRow) -> Any:
        return row.stages[Stage.STORED].amount

    def _shown(self, row: OverviewRow, label: str) -> Shown:
        of = {"category": row.category.pk} if row.category else {}
        # The list cannot ask for projects without a category: their row leads nowhere.
        linked = bool(of) or label == _("total")
        cells = [self._cell(figure, of if linked else None, stage) for stage, figure in row.figures]
        cells.append(self._cell(row.total, of if linked else None, ""))
        if row.category is None:
            return Shown(label, "", 0, cells)
        return Shown(row.category.name, row.category.code, row.depth, cells)

    def _cell(self, figure: Figure, of: dict[str, Any] | None, stage: str) -> Cell:
        if of is None or not figure.count:
            return Cell(figure, "", stage)
        asked = {"region": self.region.pk if self._narrowed else "", "year": self.year or "", "stage": stage, **of}
        query = urlencode({name: value for name, value in asked.items() if value}) or "view=plain"
        return Cell(figure, f"{reverse('projects:projects')}?{query}", stage)

    @property
    def _narrowed(self) -> bool:
        """Whether the list has to be told the region: not where the actor sees no other."""
        return self.region is not None and self.actor.reach in {Reach.EVERYTHING, Reach.LEAGUE}

    def _below(self) -> list[tuple[str, str]]:
        """The regions one level below, each with its own overview."""
        rows = Region.objects.visible_to(self.actor).filter(parent=self.region).order_by("code")
        return [(row.name, self._address(row)) for row in rows]

    def _address(self, region: Region) -> str:
        return "?" + urlencode({"region": region.pk, **({"year": self.year} if self.year else {})})

    def get_crumbs(self) -> list[Crumb]:
        crumbs = [Crumb(_("project library"), reverse("projects:projects"))]
        if self.region is None:
            return crumbs
        above = self.region.get_ancestors().filter(level__gte=self.actor.region_level or 0)
        return crumbs + [Crumb(row.name, self._address(row)) for row in above]
