"""Pages of regions and budget units: lists, details and what pickers offer; changes are made in the administration."""

from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.regions.models import Region, RegionKind, RegionTag, Unit, UnitNature
from apps.regions.pickers import SHOWN, region_choices, region_picker, unit_choices
from apps.regions.tables import RegionTable, UnitTable
from imbudget.kit.actor import Actor, Reach
from imbudget.kit.fields import mask_phone
from imbudget.kit.filters import FilterForm
from imbudget.kit.pickers import PickerField
from imbudget.kit.text import printable, strip
from imbudget.kit.views import DetailPage, HistoryTab, KitView, ListPage, Tab
from imbudget.kit.views.base import Crumb

ANY = [("", "—")]


class RegionFilter(FilterForm):
    kind = forms.ChoiceField(label=gettext_lazy("kind of region"), choices=ANY + list(RegionKind.choices))
    tag = forms.ChoiceField(label=gettext_lazy("tags"))
    lookups = {"kind": "kind", "tag": "tags__code"}

    def setup(self, actor: Actor) -> None:
        self.fields["tag"].choices = ANY + [(tag.code, tag.name) for tag in RegionTag.objects.all()]


class RegionList(ListPage):
    model = Region
    table = RegionTable
    filters = RegionFilter
    grant = "budget.see"
    title = gettext_lazy("regions")
    page_size = 150
    empty_text = gettext_lazy("No region yet. The system administrator imports them.")


def _below(page: DetailPage, region: Region) -> dict[str, Any]:
    return {"children": region.get_children(), "tags": region.tags.all(), "old_codes": region.old_codes.all()}


class RegionDetail(DetailPage):
    model = Region
    grant = "budget.see"
    tabs = (Tab("below", gettext_lazy("regions below"), "regions/_below.html", _below), HistoryTab)

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("parent", "reports_to")

    def get_crumbs(self) -> list[Crumb]:
        return [Crumb(_("regions"), reverse("regions:regions"))]

    def get_facts(self) -> list[tuple[Any, Any]]:
        region = self.object
        return [
            (_("division code"), region.code),
            (_("finance division code"), region.finance_code),
            (_("kind of region"), region.get_kind_display()),
            (_("upper region"), region.parent or "—"),
            (_("reports to"), region.upper or "—"),
            (_("roll-out phase"), region.phase),
        ]


class UnitFilter(FilterForm):
    nature = forms.ChoiceField(label=gettext_lazy("nature of unit"), choices=ANY + list(UnitNature.choices))
    region = PickerField(region_picker, label=gettext_lazy("region"))
    lookups = {"nature": "nature", "region": "region_id"}

    def setup(self, actor: Actor) -> None:
        if actor.reach not in {Reach.EVERYTHING, Reach.LEAGUE}:
            del self.fields["region"]


class UnitList(ListPage):
    model = Unit
    table = UnitTable
    filters = UnitFilter
    grant = "budget.see"
    title = gettext_lazy("budget units")
    empty_text = gettext_lazy("No budget unit yet. The system administrator imports them.")


def _sheets(page: DetailPage, unit: Unit) -> dict[str, Any]:
    return {"old_codes": unit.old_codes.all()}


class UnitDetail(DetailPage):
    model = Unit
    grant = "budget.see"
    tabs = (Tab("codes", gettext_lazy("old codes"), "regions/_old_codes.html", _sheets), HistoryTab)

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("region", "department")

    def get_crumbs(self) -> list[Crumb]:
        return [Crumb(_("budget units"), reverse("regions:units"))]

    def get_facts(self) -> list[tuple[Any, Any]]:
        unit = self.object
        return [
            (_("unit code"), unit.code),
            (_("unified social credit code"), unit.credit_code),
            (_("nature of unit"), unit.get_nature_display()),
            (_("competent department"), unit.department),
            (_("region"), unit.region),
            (_("telephone"), mask_phone(unit.phone or "") or "—"),
        ]


class Choices(KitView):
    """What a picker offers: rows for its script, or a page to search and choose on where no script runs."""

    grant = "budget.see"
    template_name = "regions/choices.html"
    field = ""

    def choices(self, text: str) -> list[dict[str, Any]]:
        """The rows found, one more than are shown when there are more."""
        raise NotImplementedError

    def number(self, name: str) -> int | None:
        """A key in the address; None for anything else."""
        text = self.request.GET.get(name, "")
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None

    def get(self, request: HttpRequest) -> HttpResponse:
        text = strip(printable(request.GET.get("q", "")))[:60]
        rows = self.choices(text)
        more = len(rows) > SHOWN and bool(text or self.field == "unit")
        rows = rows[:SHOWN] if more else rows
        if "application/json" in request.headers.get("Accept", ""):
            response: HttpResponse = JsonResponse({"rows": rows, "more": more})
        else:
            response = TemplateResponse(request, self.template_name, self.page(text, rows, more=more))
        patch_vary_headers(response, ["Accept", "HX-Request"])
        return response

    def page(self, text: str, rows: list[dict[str, Any]], *, more: bool) -> dict[str, Any]:
        """The page without script: each choice is a link back to the page that asked."""
        name = self.request.GET.get("name", "")
        name = name if name.isidentifier() and len(name) < 30 else self.field
        back = self.back()
        return {
            "title": self.get_title(),
            "crumbs": self.get_crumbs(),
            "search_text": text,
            "name": name,
            "back": back,
            "more": more,
            "rows": [(row, _with(back, name, row["id"])) for row in rows],
            "without": _with(back, name, ""),
        }

    def back(self) -> str:
        """The page of ours that asked: named in the address, else the one the reader comes from."""
        asked = printable(self.request.GET.get("back", "") or self.came_from())
        local = asked.startswith("/") and url_has_allowed_host_and_scheme(asked, allowed_hosts=None)
        return asked if local else reverse("dashboard:home")

    def came_from(self) -> str:
        """The page of ours that the reader comes from; empty for anything else."""
        try:
            came = urlsplit(self.request.headers.get("Referer", ""))
        except ValueError:  # no address at all
            return ""
        return f"{came.path}?{came.query}" if came.netloc == self.request.get_host() else ""


def _with(address: str, name: str, value: Any) -> str:
    """The address with one parameter changed, at the beginning of its list."""
    path, _mark, query = address.partition("?")
    kept = [(key, other) for key, other in parse_qsl(query) if key not in {name, "cursor"}]
    return f"{path}?{urlencode([*kept, (name, value)])}"


class RegionChoices(Choices):
    title = gettext_lazy("choose a region")
    field = "region"

    def choices(self, text: str) -> list[dict[str, Any]]:
        return region_choices(self.actor, text, self.number("below"))


class UnitChoices(Choices):
    title = gettext_lazy("choose a budget unit")
    field = "unit"

    def choices(self, text: str) -> list[dict[str, Any]]:
        return unit_choices(self.actor, text, self.number("region"))
