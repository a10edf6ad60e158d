"""Pages of regions and budget units: lists and details; changes are made in the administration."""

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.regions.models import Region, RegionKind, RegionTag, Unit, UnitNature
from apps.regions.tables import RegionTable, UnitTable
from imbudget.kit.actor import Actor
from imbudget.kit.fields import mask_phone
from imbudget.kit.filters import FilterForm
from imbudget.kit.views import DetailPage, HistoryTab, ListPage, Tab
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
    region = forms.TypedChoiceField(label=gettext_lazy("region"), coerce=int, empty_value=None)
    lookups = {"nature": "nature", "region": "region_id"}

    def setup(self, actor: Actor) -> None:
        regions = Region.objects.visible_to(actor).order_by("code")
        self.fields["region"].choices = ANY + [(row.pk, "\u3000" * row.level + row.name) for row in regions]


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
