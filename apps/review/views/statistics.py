"""Figures over the reviews of a year, by region and kind."""

from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.projects.filters import within
from apps.regions.models import Region
from apps.review.models import ReviewKind
from apps.review.selectors.statistics import fairness_of, figures
from imbudget.kit.actor import Reach
from imbudget.kit.views import TemplatePage
from imbudget.kit.views.base import Crumb

YEARS = 6  # that the page offers, the present one first


class Statistics(TemplatePage):
    grant = "review.see"
    template_name = "review/statistics.html"
    title = gettext_lazy("statistics of reviews")

    @cached_property
    def region(self) -> Region:
        """The region asked for, else the actor's own."""
        asked = self.request.GET.get("region", "")
        key = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 10 else self.actor.region_id
        region = Region.objects.visible_to(self.actor).filter(pk=key).first()
        if region is None:
            raise Http404
        return region

    @cached_property
    def years(self) -> list[int]:
        this = timezone.localdate().year
        return list(range(this, this - YEARS, -1))

    @cached_property
    def year(self) -> int:
        asked = self.request.GET.get("year", "")
        return int(asked) if asked in map(str, self.years) else self.years[0]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        labels = {str(kind.value): kind.label for kind in ReviewKind}
        rows = figures(self.actor, within(self.region.pk), self.year)
        asked = "draws" in self.request.GET
        return super().get_context_data(**kwargs) | {
            "region": self.region,
            "may_choose_region": self.actor.reach in {Reach.EVERYTHING, Reach.LEAGUE},
            "years": self.years,
            "year": self.year,
            "rows": [(labels[row.kind], row) for row in rows],
            "fairness_asked": asked,
            "fairness": fairness_of(self.region, self.year) if asked else None,
            "fairness_url": "?" + urlencode({"region": self.region.pk, "year": self.year, "draws": 1}),
        }

    def get_crumbs(self) -> list[Crumb]:
        return [Crumb(_("reviews"), reverse("review:reviews"))]
