"""Figures put before the public: what was published, publishing anew, taking off again."""

from typing import Any

from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from apps.codes.models import FiscalYear
from apps.performance import policies
from apps.performance.forms.disclosures import PublishForm
from apps.performance.models import DisclosedLine, DisclosedResult, Disclosure, DisclosureState
from apps.performance.selectors.disclosures import count_projects
from apps.performance.services.disclosures import publish_figures, withdraw_figures
from apps.performance.tables.disclosures import DisclosureTable
from apps.regions.models import Region
from imbudget.kit.errors import Verdict
from imbudget.kit.views import ActionPage, DetailPage, FormPage, HistoryTab, ListPage, Tab
from imbudget.kit.views.action import ReasonForm
from imbudget.kit.views.base import Crumb
from imbudget.kit.views.detail import Act


def disclosure_crumbs(made: Disclosure | None = None) -> list[Crumb]:
    """The way back to the list, and to what was published."""
    crumbs = [Crumb(_("published figures"), reverse("performance:disclosures"))]
    return crumbs if made is None else [*crumbs, Crumb(str(made), made.get_absolute_url())]


def _public(name: str, made: Disclosure) -> str:
    """The address of a public page of it."""
    return reverse(f"open:{name}", args=[get_language(), made.region.code, made.year_id])


class DisclosureList(ListPage):
    model = Disclosure
    table = DisclosureTable
    grant = "performance.see"
    title = gettext_lazy("published figures")
    empty_text = gettext_lazy("No figures are published yet. The finance office publishes those of an approved budget.")

    def get_actions(self) -> list[tuple[Any, str]]:
        if not policies.may_publish(self.actor, self.actor.region_id):
            return []
        return [(_("publish figures"), reverse("performance:disclosure_new"))]


def _lines(page: DetailPage, made: Disclosure) -> dict[str, Any]:
    return {
        "lines": DisclosedLine.objects.filter(disclosure=made).order_by("function", "economic", "fund"),
        "projects": count_projects(made),
        "address": _public("projects", made) if made.state == DisclosureState.PUBLISHED else "",
        "results": DisclosedResult.objects.filter(disclosure=made).order_by("department", "grade"),
    }


class DisclosureDetail(DetailPage):
    model = Disclosure
    grant = "performance.see"
    template_name = "performance/disclosure.html"
    tabs = (Tab("lines", gettext_lazy("what was published"), "performance/_disclosed.html", _lines), HistoryTab)

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("region", "publisher")

    def get_crumbs(self) -> list[Crumb]:
        return disclosure_crumbs()

    def get_facts(self) -> list[tuple[Any, Any]]:
        made = self.object
        facts = [
            (_("region"), made.region),
            (_("fiscal year"), str(made.year_id)),
            (_("approved by"), made.source),
            (_("published by"), made.publisher or "–"),
            (_("figures as of"), made.as_of),
            (_("digest (SM3)"), made.digest),
        ]
        return [*facts, (_("reason of the withdrawal"), made.withdrawal)] if made.withdrawal else facts

    def get_acts(self) -> list[Act]:
        made, acts = self.object, []
        if made.state == DisclosureState.PUBLISHED:
            acts.append(Act(_("the public page"), _public("year", made), Verdict(True)))
        where = reverse("performance:disclosure_withdraw", args=[made.pk])
        verdict = policies.may_withdraw_figures(self.actor, made)
        return [*acts, Act(_("withdraw"), where, verdict, danger=True)] if verdict else acts


class DisclosureNew(FormPage):
    """Publish the figures of a year, in place of what stands there."""

    form_class = PublishForm
    grant = "performance.see"
    title = gettext_lazy("publish figures")
    submit_label = pgettext_lazy("open data", "publish")
    success_message = gettext_lazy("The figures stand before the public.")
    help_text = gettext_lazy(
        "The approved budget, its execution as of now, and settled results of projects are frozen and published as open data,"
        " in place of what was published of the year before. Projects with a budget are named with their unit, money and settled result; no person is named."
    )

    @cached_property
    def region(self) -> Region:
        return Region.objects.get(pk=self.actor.region_id)

    def allowed(self) -> Verdict:
        return policies.may_publish(self.actor, self.actor.region_id)

    def get_crumbs(self) -> list[Crumb]:
        return disclosure_crumbs()

    def get_cancel_url(self) -> str:
        return reverse("performance:disclosures")

    def save(self, form: Any) -> str:
        year = FiscalYear.objects.get(pk=form.cleaned_data["year"])
        return publish_figures(self.actor, self.region, year).get_absolute_url()


class DisclosureWithdraw(ActionPage):
    model = Disclosure
    grant = "performance.see"
    form_class = ReasonForm
    title = gettext_lazy("withdraw published figures")
    question = gettext_lazy("Take these figures off the public pages?")
    consequence = gettext_lazy("They are gone from the public pages at once; they and your reason are kept.")
    submit_label = gettext_lazy("withdraw")
    success_message = gettext_lazy("The figures are withdrawn.")
    danger = True

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("region")

    def allowed(self, obj: Any) -> Verdict:
        return policies.may_withdraw_figures(self.actor, obj)

    def get_crumbs(self) -> list[Crumb]:
        return disclosure_crumbs(self.object)

    def act(self, obj: Any, form: Any) -> None:
        withdraw_figures(self.actor, obj, form.cleaned_data["reason"])
