"""The library of indicators: the list, the page of one, additions, adaptations, versions, and what an application takes."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.performance import goalpolicies as policies
from apps.performance import services
from apps.performance.filters.library import LibraryFilter
from apps.performance.forms.library import EndForm, IndicatorForm, RenewForm, WordingForm
from apps.performance.models import LibraryIndicator
from apps.performance.models.scheme import OPEN_END
from apps.performance.selectors.library import sets_for, used_by, versions_of, year_offered
from apps.performance.tables.library import LibraryTable
from apps.projects.models import Project
from apps.projects.policies import may_edit
from imbudget.kit.actor import Reach
from imbudget.kit.bulk import BulkAct, chosen_keys
from imbudget.kit.errors import RuleViolation, Verdict, require
from imbudget.kit.views import ActionPage, DetailPage, FormPage, HistoryTab, ListPage, ScopedMixin, Tab
from imbudget.kit.views.base import Crumb
from imbudget.kit.views.detail import Act

RELATED = ("of", "region", "unit", "adapted_from")


def library_crumbs(indicator: LibraryIndicator | None = None) -> list[Crumb]:
    """The way back to the library, and to the indicator."""
    crumbs = [Crumb(_("library of indicators"), reverse("performance:library"))]
    return crumbs if indicator is None else [*crumbs, Crumb(str(indicator), indicator.get_absolute_url())]


class LibraryList(ListPage):
    model = LibraryIndicator
    table = LibraryTable
    filters = LibraryFilter
    grant = "performance.see"
    title = gettext_lazy("library of indicators")
    empty_text = gettext_lazy("No indicator here. Choose another set or year, or search for a word.")

    def initial_query(self) -> dict[str, Any]:
        return {"year": year_offered()}

    def get_actions(self) -> list[tuple[Any, str]]:
        if not policies.may_add(self.actor):
            return []
        return [(_("new indicator"), reverse("performance:library_new"))]


class LibraryTake(LibraryList):
    """The same list of what is offered to one application: rows are ticked and taken into its goals."""

    grant = "projects.enter"
    title = gettext_lazy("take from the library")
    empty_text = gettext_lazy("The library offers nothing here. Choose another set, or all.")
    bulk = (BulkAct("take", gettext_lazy("take into the application"), lambda actor, row: None, icon="plus"),)

    @cached_property
    def project(self) -> Project:
        rows = Project.objects.visible_to(self.actor).select_related("unit", "region", "category")
        found = rows.filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Http404
        return found

    def get(self, request: HttpRequest, **kwargs: Any) -> Any:
        require(may_edit(self.actor, self.project))
        return super().get(request, **kwargs)

    def get_queryset(self) -> Any:
        return LibraryIndicator.objects.offered_to(self.project.unit, self.project.setup_year)

    def initial_query(self) -> dict[str, Any]:
        """The set that is made for the project's category."""
        sets = sets_for(self.project.category)
        return {"of": sets[0].pk} if sets else {}

    def get_crumbs(self) -> list[Crumb]:
        return [Crumb(str(self.project), self.goals_url)]

    @property
    def goals_url(self) -> str:
        return f"{reverse('projects:edit', args=[self.project.pk])}?step=goals"

    def get_actions(self) -> list[tuple[Any, str]]:
        return [(_("back to the goals"), self.goals_url)]

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        require(may_edit(self.actor, self.project))
        rows = list(self.get_queryset().filter(pk__in=chosen_keys(request.POST.getlist("row"))))
        if not rows:
            messages.warning(request, _("Choose rows first: tick the box at their beginning."))
            return redirect(request.get_full_path())
        try:
            count = services.adopt_indicators(self.actor, self.project, sorted(rows, key=lambda row: row.code))
        except RuleViolation as refusal:  # somebody else has saved the goals meanwhile, or there are too many
            messages.error(request, str(refusal))
            return redirect(request.get_full_path())
        text = ngettext("%(count)d indicator was taken over.", "%(count)d indicators were taken over.", count)
        messages.success(request, text % {"count": count})
        if count < len(rows):
            messages.info(request, _("What stood there already was left out."))
        return redirect(self.goals_url)


class SharePoints(ActionPage):
    """Points of all goals of a draft by the scheme."""

    model = Project
    grant = "projects.enter"
    title = gettext_lazy("share the points out")
    consequence = gettext_lazy(
        "Every goal gets its points anew: those of its first-level indicator by the scheme of self-evaluation, shared equally."
    )
    submit_label = gettext_lazy("share the points out")
    success_message = gettext_lazy("The points are shared out. Change them where some goals count for more.")

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("region", "unit")

    def allowed(self, obj: Project) -> Verdict:
        return may_edit(self.actor, obj)

    def act(self, obj: Project, form: Any) -> None:
        services.share_points(self.actor, obj)

    def get_success_url(self, obj: Project) -> str:
        return f"{reverse('projects:edit', args=[obj.pk])}?step=goals"


def _words(page: DetailPage, indicator: LibraryIndicator) -> dict[str, Any]:
    return {"indicator": indicator, "used": used_by(page.actor, indicator)}


def _versions(page: DetailPage, indicator: LibraryIndicator) -> dict[str, Any]:
    return {"versions": versions_of(indicator), "open_end": OPEN_END}


class IndicatorDetail(DetailPage):
    model = LibraryIndicator
    grant = "performance.see"
    tabs = (
        Tab("words", gettext_lazy("indicator"), "performance/_indicator.html", _words),
        Tab("versions", gettext_lazy("versions by year"), "performance/_indicator_versions.html", _versions),
        HistoryTab,
    )

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related(*RELATED)

    def get_crumbs(self) -> list[Crumb]:
        return library_crumbs()

    def get_facts(self) -> list[tuple[Any, Any]]:
        row = self.object
        years = str(row.valid_from) + ("–" if row.valid_to == OPEN_END else f"–{row.valid_to}")
        return [
            (_("code"), row.code),
            (_("set of indicators"), row.of),
            (_("first-level indicator"), row.group),
            (_("kind of indicator"), row.get_kind_display()),
            (_("whose"), row.unit or row.region or _("for all")),
            (_("years"), years),
        ]

    def get_acts(self) -> list[Act]:
        row, actor = self.object, self.actor
        acts = [
            self._act(_("adapt an indicator"), "adapt", policies.may_adapt(actor, row), primary=True),
            self._act(_("new version of an indicator"), "renew", policies.may_change(actor, row)),
            self._act(_("end an indicator"), "end", policies.may_change(actor, row)),
        ]
        return [act for act in acts if act.verdict]

    def _act(self, label: str, name: str, verdict: Verdict, **look: bool) -> Act:
        return Act(label, reverse(f"performance:library_{name}", args=[self.object.pk]), verdict, **look)


class IndicatorNew(FormPage):
    form_class = IndicatorForm
    grant = "performance.see"
    title = gettext_lazy("new indicator")
    submit_label = gettext_lazy("save")
    success_message = gettext_lazy("The indicator stands in the library.")

    def allowed(self) -> Verdict:
        return policies.may_add(self.actor)

    def get_form_kwargs(self) -> dict[str, Any]:
        instance = LibraryIndicator(valid_from=year_offered())
        return {"instance": instance, "of_unit": self.actor.reach == Reach.UNITS}

    def get_crumbs(self) -> list[Crumb]:
        return library_crumbs()

    def get_cancel_url(self) -> str:
        return reverse("performance:library")

    def save(self, form: Any) -> str:
        row = services.add_indicator(self.actor, form.save(commit=False))
        return row.get_absolute_url()


class _OfIndicator(ScopedMixin, FormPage):
    """A form about one indicator in sight."""

    model = LibraryIndicator
    grant = "performance.see"
    submit_label = gettext_lazy("save")

    def setup_page(self) -> None:
        self.object = self.get_object()

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related(*RELATED)

    def get_form_kwargs(self) -> dict[str, Any]:
        # A row of its own, so that what is typed never lands on the one it is taken from.
        return {"instance": self.get_queryset().get(pk=self.object.pk)}

    def get_crumbs(self) -> list[Crumb]:
        return library_crumbs(self.object)

    def get_cancel_url(self) -> str:
        return self.object.get_absolute_url()


class IndicatorAdapt(_OfIndicator):
    form_class = WordingForm
    title = gettext_lazy("adapt an indicator")
    help_text = gettext_lazy("You get a copy of your own under the same code; the original stays as it is.")
    success_message = gettext_lazy("Your copy stands in the library.")

    def allowed(self) -> Verdict:
        return policies.may_adapt(self.actor, self.object)

    def save(self, form: Any) -> str:
        return services.adapt_indicator(self.actor, self.object, form.values()).get_absolute_url()


class IndicatorRenew(_OfIndicator):
    form_class = RenewForm
    title = gettext_lazy("new version of an indicator")
    help_text = gettext_lazy("It takes the place of this one from its year on; past years keep theirs.")
    success_message = gettext_lazy("The new version stands in the library.")

    def allowed(self) -> Verdict:
        return policies.may_change(self.actor, self.object)

    def save(self, form: Any) -> str:
        year = form.cleaned_data["year"]
        return services.renew_indicator(self.actor, self.object, year, form.values()).get_absolute_url()


class IndicatorEnd(ActionPage):
    model = LibraryIndicator
    grant = "performance.see"
    form_class = EndForm
    title = gettext_lazy("end an indicator")
    consequence = gettext_lazy("It is offered until the end of this year; applications that have taken it keep it.")
    submit_label = gettext_lazy("end an indicator")
    success_message = gettext_lazy("The indicator has its last year.")

    def allowed(self, obj: LibraryIndicator) -> Verdict:
        return policies.may_change(self.actor, obj)

    def act(self, obj: LibraryIndicator, form: Any) -> None:
        services.end_indicator(self.actor, obj, form.cleaned_data["year"])

    def get_crumbs(self) -> list[Crumb]:
        return library_crumbs(self.object)
