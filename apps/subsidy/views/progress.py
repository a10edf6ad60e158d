"""How far payments are, by place: 下达 = 已付 + 退回 + 未付 in every row, down to the lines."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from apps.ledger.selectors.years import year_at_work
from apps.subsidy.filters.rosters import RosterFilter
from apps.subsidy.models import Place, Roster
from apps.subsidy.selectors.progress import standing_by, total_of
from imbudget.kit.actor import Reach
from imbudget.kit.views import TemplatePage


class Progress(TemplatePage):
    template_name = "subsidy/progress.html"
    grant = "subsidy.see"
    title = gettext_lazy("payments by place")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        given = self.request.GET.copy()
        given.setdefault("year", str(year_at_work()))
        form = RosterFilter(given, actor=self.actor)
        form.is_valid()
        rosters = form.narrow(Roster.objects.visible_to(self.actor))
        sumu = self._sumu(given.get("sumu", ""))
        level = "gacha" if sumu else self._level(form)
        rows = standing_by(rosters, level, sumu.pk if sumu else None)
        return super().get_context_data(**kwargs) | {
            "filter_form": form,
            "level": level,
            "sumu": sumu,
            "rows": [(row, self._below(level, row.key, given)) for row in rows],
            "total": total_of(rows),
        }

    def _level(self, form: RosterFilter) -> str:
        """Whoever sees several regions begins with these, and with sumus once one is chosen."""
        wide = self.actor.reach in {Reach.EVERYTHING, Reach.LEAGUE}
        region = form.chosen.get("region")
        return "region" if wide and not self._is_banner(region) else "sumu"

    def _is_banner(self, region: Any) -> bool:
        return bool(region) and Roster.objects.filter(region=region).exists()

    def _sumu(self, text: str) -> Place | None:
        known = text.isascii() and text.isdecimal() and len(text) < 19
        return Place.objects.filter(pk=int(text), level=1).first() if known else None

    def _below(self, level: str, key: int | None, given: Any) -> str:
        """The address of what is below a row; a gacha leads no further."""
        if key is None or level == "gacha":
            return ""
        query = given.copy()
        query["region" if level == "region" else "sumu"] = str(key)
        return f"{reverse('subsidy:progress')}?{query.urlencode()}"
