"""Rosters before the public, for everybody without signing in: names and numbers in part, amounts, no cards.

The language stands in the address. No copy is kept: what is taken down is gone at once.
"""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.decorators import method_decorator
from django.views.generic import View

from apps.regions.models import Region
from apps.subsidy.models import Place
from apps.subsidy.selectors.public import lines_on_show, notices_of, sumus_of
from imbudget.kit.context import BCP47


@method_decorator(login_not_required, name="dispatch")
class RosterPage(View):
    """A page in the language of its address."""

    template_name = ""
    request: HttpRequest

    def get(self, request: HttpRequest, language: str, region: str, **kwargs: Any) -> HttpResponse:
        if language not in dict(settings.LANGUAGES):
            raise Http404
        self.region = Region.objects.filter(code=region).first()
        if self.region is None:
            raise Http404
        with translation.override(language):
            path = request.get_full_path()
            languages = [
                (code, name, BCP47[code], path.replace(f"/{language}/", f"/{code}/", 1))
                for code, name in settings.LANGUAGES
            ]
            frame = {
                "HTML_LANG": BCP47[language],
                "VERTICAL": language == "mvf",
                "language": language,
                "languages": languages,
                "region": self.region,
                "money_unit": "yuan",
            }
            response = HttpResponse(render_to_string(self.template_name, frame | self.content(**kwargs)))
            response.headers["Content-Language"] = BCP47[language]
            response.headers["Cache-Control"] = "public, no-cache"
            return response

    def content(self, **kwargs: Any) -> dict[str, Any]:
        raise NotImplementedError


class RosterNotices(RosterPage):
    """The rosters of a region that stand or stood before the public."""

    template_name = "public/rosters.html"

    def content(self, **kwargs: Any) -> dict[str, Any]:
        return {"rosters": notices_of(self.region)[:100]}


class RosterNotice(RosterPage):
    """One roster, some lines at a time, of one sumu where it is asked for."""

    template_name = "public/roster.html"

    def content(self, **kwargs: Any) -> dict[str, Any]:
        roster = notices_of(self.region).filter(pk=kwargs["pk"]).first()
        if roster is None:
            raise Http404
        sumu = self._number("sumu")
        lines, after = lines_on_show(roster, sumu, self._number("after") or 0)
        sumus = sumus_of(roster)
        if sumu and not any(place.pk == sumu for place in sumus):
            raise Http404
        chosen: Place | None = next((place for place in sumus if place.pk == sumu), None)
        return {"roster": roster, "lines": lines, "after": after, "sumus": sumus, "sumu": chosen}

    def _number(self, name: str) -> int | None:
        text = self.request.GET.get(name, "")
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None
