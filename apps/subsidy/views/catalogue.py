"""Subsidies and standards: lists, pages, forms."""

from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.subsidy import policies
from apps.subsidy.filters.rosters import StandardFilter
from apps.subsidy.forms.catalogue import StandardForm, SubsidyForm
from apps.subsidy.models import Standard, Subsidy
from apps.subsidy.services.catalogue import save_standard, save_subsidy
from apps.subsidy.tables.catalogue import StandardTable, SubsidyTable
from imbudget.kit.errors import Verdict
from imbudget.kit.views import DetailPage, FormPage, HistoryTab, ListPage, Tab
from imbudget.kit.views.base import Crumb
from imbudget.kit.views.detail import Act


def subsidy_crumbs(subsidy: Subsidy | None = None) -> list[Crumb]:
    crumbs = [Crumb(_("subsidies"), reverse("subsidy:subsidies"))]
    return crumbs if subsidy is None else [*crumbs, Crumb(subsidy.name, subsidy.get_absolute_url())]


class SubsidyList(ListPage):
    model = Subsidy
    table = SubsidyTable
    grant = "subsidy.see"
    title = gettext_lazy("subsidies")
    empty_text = gettext_lazy("No subsidy has been entered yet.")

    def get_actions(self) -> list[tuple[Any, str]]:
        return [(_("new subsidy"), reverse("subsidy:subsidy_new"))] if self.actor.can("subsidy.configure") else []


def _standards(page: DetailPage, subsidy: Subsidy) -> dict[str, Any]:
    return {"standards": subsidy.standards.select_related("region").order_by("-year", "region__code")[:200]}


class SubsidyDetail(DetailPage):
    model = Subsidy
    grant = "subsidy.see"
    tabs = (Tab("standards", gettext_lazy("standards"), "subsidy/_standards.html", _standards), HistoryTab)

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("region", "department", "hot_topic")

    def get_crumbs(self) -> list[Crumb]:
        return subsidy_crumbs()

    def get_facts(self) -> list[tuple[Any, Any]]:
        one = self.object
        return [
            (_("code"), one.code),
            (_("short name"), one.short_name),
            (_("region"), one.region),
            (_("level of the policy"), one.get_level_display()),
            (_("basis document"), one.basis),
            (_("unit of measure"), one.get_measure_display()),
            (_("cycle of payment"), one.get_cycle_display()),
            (_("to be paid until the end of month"), one.due_month),
            (_("department"), one.department or "–"),
            (_("policy tag"), one.hot_topic or "–"),
            (_("economic class begins with"), one.economic_prefix or "–"),
            (_("function begins with"), one.function_prefix or "–"),
            (_("days of publicity"), one.publicity_days),
        ]

    def get_acts(self) -> list[Act]:
        verdict = policies.may_configure(self.actor, self.object.region_id)
        acts = [Act(_("edit"), reverse("subsidy:subsidy_edit", args=[self.object.pk]), verdict)]
        if self.actor.can("subsidy.configure"):
            href = reverse("subsidy:standard_new") + f"?subsidy={self.object.pk}"
            acts.append(Act(_("new standard"), href, policies.may_configure(self.actor, self.actor.region_id)))
        return [act for act in acts if act.verdict]


class SubsidyNew(FormPage):
    form_class = SubsidyForm
    grant = "subsidy.configure"
    title = gettext_lazy("new subsidy")

    @cached_property
    def object(self) -> Subsidy:
        return Subsidy(region_id=self.actor.region_id)

    def allowed(self) -> Verdict:
        return policies.may_configure(self.actor, self.object.region_id)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"actor": self.actor, "instance": self.object}

    def get_crumbs(self) -> list[Crumb]:
        return subsidy_crumbs(self.object if self.object.pk else None)

    def get_cancel_url(self) -> str:
        return self.object.get_absolute_url() if self.object.pk else reverse("subsidy:subsidies")

    def save(self, form: SubsidyForm) -> str:
        return save_subsidy(self.actor, self.object, form.cleaned_data).get_absolute_url()


class SubsidyEdit(SubsidyNew):
    grant = "subsidy.see"
    title = gettext_lazy("edit")

    @cached_property
    def object(self) -> Subsidy:
        found = Subsidy.objects.visible_to(self.actor).filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Http404
        return found


class StandardList(ListPage):
    model = Standard
    table = StandardTable
    filters = StandardFilter
    grant = "subsidy.see"
    title = gettext_lazy("subsidy standards")
    empty_text = gettext_lazy("No standard has been entered yet.")

    def get_actions(self) -> list[tuple[Any, str]]:
        return [(_("new standard"), reverse("subsidy:standard_new"))] if self.actor.can("subsidy.configure") else []


def _coefficients(page: DetailPage, standard: Standard) -> dict[str, Any]:
    return {"coefficients": standard.coefficients.all()}


class StandardDetail(DetailPage):
    model = Standard
    grant = "subsidy.see"
    tabs = (
        Tab("coefficients", gettext_lazy("coefficients of grassland"), "subsidy/_coefficients.html", _coefficients),
        HistoryTab,
    )

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("subsidy", "region")

    def get_crumbs(self) -> list[Crumb]:
        return [*subsidy_crumbs(self.object.subsidy), Crumb(_("subsidy standards"), reverse("subsidy:standards"))]

    def get_facts(self) -> list[tuple[Any, Any]]:
        one = self.object
        return [
            (_("subsidy"), one.subsidy),
            (_("region"), one.region),
            (_("fiscal year"), str(one.year_id)),
            (_("grazing ban, yuan per mu"), f"{one.ban_rate.normalize():f}"),
            (_("forage balance, yuan per mu"), f"{one.balance_rate.normalize():f}"),
            (_("yuan per unit"), f"{one.unit_rate.normalize():f}"),
            (_("least per household"), one.floor),
            (_("most per household"), one.cap if one.cap is not None else "–"),
            (_("valid from"), one.valid_from),
            (_("valid to"), one.valid_to),
            (_("source document"), one.source),
        ]

    def get_acts(self) -> list[Act]:
        verdict = policies.may_configure(self.actor, self.object.region_id)
        return [Act(_("edit"), reverse("subsidy:standard_edit", args=[self.object.pk]), verdict)] if verdict else []


class StandardNew(FormPage):
    form_class = StandardForm
    grant = "subsidy.configure"
    title = gettext_lazy("new standard")
    help_text = gettext_lazy(
        "The nearest region's standard pays: that of the banner, else of its league, else the region's."
    )

    @cached_property
    def object(self) -> Standard:
        asked = self.request.GET.get("subsidy", "")
        known = asked.isascii() and asked.isdecimal() and len(asked) < 10
        subsidy = Subsidy.objects.filter(pk=int(asked)).first() if known else None
        return Standard(region_id=self.actor.region_id, subsidy=subsidy)

    def allowed(self) -> Verdict:
        return policies.may_configure(self.actor, self.object.region_id)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"instance": self.object}

    def get_crumbs(self) -> list[Crumb]:
        return [*subsidy_crumbs(), Crumb(_("subsidy standards"), reverse("subsidy:standards"))]

    def get_cancel_url(self) -> str:
        return self.object.get_absolute_url() if self.object.pk else reverse("subsidy:standards")

    def save(self, form: StandardForm) -> str:
        values = dict(form.cleaned_data)
        coefficients = values.pop("coefficients")
        year = values.pop("year", None)
        values |= {"year_id": year.pk} if year is not None else {}
        return save_standard(self.actor, self.object, values, coefficients).get_absolute_url()


class StandardEdit(StandardNew):
    grant = "subsidy.see"
    title = gettext_lazy("edit")

    @cached_property
    def object(self) -> Standard:
        rows = Standard.objects.visible_to(self.actor).select_related("subsidy", "region")
        found = rows.filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Http404
        return found
