"""Surveys: the list, opening one, how one stands, its poster with the QR code, closing it early."""

from typing import Any

from django.conf import settings
from django.http import Http404
from django.urls import reverse
from django.utils import translation
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.performance import days, policies, services
from apps.performance.filters.progress import SurveyFilter
from apps.performance.forms.surveys import SurveyForm
from apps.performance.models import ProjectYear, Survey, SurveyState, Target
from apps.performance.selectors.provenance import targets_visible
from apps.performance.selectors.surveys import standing_of
from apps.performance.tables.progress import SurveyTable
from apps.performance.views.values import target_crumbs
from imbudget.kit.context import BCP47
from imbudget.kit.errors import Verdict
from imbudget.kit.qr import qr_of
from imbudget.kit.views import ActionPage, DetailPage, FormPage, HistoryTab, ListPage, Tab, TemplatePage
from imbudget.kit.views.base import Crumb, ScopedMixin
from imbudget.kit.views.detail import Act

RELATED = ("target__of__project", "target__of__unit", "target__of__region", "version__definition", "author", "unit")


def survey_crumbs(survey: Survey) -> list[Crumb]:
    return [*target_crumbs(survey.target), Crumb(str(survey), survey.get_absolute_url())]


class SurveyScope(ScopedMixin):
    """Pages about one survey in sight."""

    model = Survey

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related(*RELATED)


class SurveyList(ListPage):
    model = Survey
    table = SurveyTable
    filters = SurveyFilter
    grant = "performance.see"
    title = gettext_lazy("satisfaction surveys")
    empty_text = gettext_lazy("No survey yet. A unit opens one on the page of a satisfaction target.")


def _standing(page: DetailPage, survey: Survey) -> dict[str, Any]:
    return {"standing": standing_of(survey)}


class SurveyDetail(SurveyScope, DetailPage):
    """How a survey stands, question by question, with what was set aside."""

    grant = "performance.see"
    template_name = "performance/survey.html"
    tabs = (Tab("result", gettext_lazy("result"), "performance/_survey.html", _standing), HistoryTab)

    def get_crumbs(self) -> list[Crumb]:
        return target_crumbs(self.object.target)

    def get_facts(self) -> list[tuple[Any, Any]]:
        survey = self.object
        return [
            (_("target of a year"), str(survey.target)),
            (_("budget unit"), survey.unit),
            (_("form"), str(survey.version)),
            (_("first day"), survey.opens_on),
            (_("last day"), survey.closes_on),
            (_("answers needed"), survey.minimum),
            (_("closed at"), survey.closed_at or "–"),
        ]

    def get_acts(self) -> list[Act]:
        survey = self.object
        if survey.state != SurveyState.OPEN:
            return []
        poster = reverse("performance:survey_poster", args=[survey.pk])
        close = reverse("performance:survey_close", args=[survey.pk])
        may = policies.may_close_survey(self.actor, survey)
        acts = [
            Act(_("poster with QR code"), poster, policies.may_see_poster(self.actor, survey), primary=True),
            Act(_("close now"), close, may),
        ]
        return [one for one in acts if one.verdict]


class SurveyNew(FormPage):
    form_class = SurveyForm
    grant = "performance.file"
    title = gettext_lazy("open a survey")
    submit_label = gettext_lazy("open the survey")
    success_message = gettext_lazy("The survey is open. Print the poster, or send its address.")

    @cached_property
    def object(self) -> Target:
        rows = targets_visible(self.actor, ProjectYear.objects.all())
        found = rows.select_related("of__project", "of__unit", "of__region").filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Http404
        return found

    @property
    def help_text(self) -> str:  # type: ignore[override]
        return str(self.object)

    def allowed(self) -> Verdict:
        return policies.may_report(self.actor, self.object.of)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"of": self.object.of, "initial": {"opens_on": days.today(), "title": self.object.of.project.name[:120]}}

    def get_crumbs(self) -> list[Crumb]:
        return target_crumbs(self.object)

    def get_cancel_url(self) -> str:
        return reverse("performance:target", args=[self.object.pk])

    def save(self, form: SurveyForm) -> str:
        return services.open_survey(self.actor, self.object, form.plan).get_absolute_url()


class SurveyClose(SurveyScope, ActionPage):
    title = gettext_lazy("close now")
    question = gettext_lazy("Close this survey before its last day?")
    consequence = gettext_lazy("It takes no more answers, and its result counts as the value of the target.")
    submit_label = gettext_lazy("close the survey")
    success_message = gettext_lazy("The survey is closed.")
    danger = True

    def allowed(self, obj: Survey) -> Verdict:
        return policies.may_close_survey(self.actor, obj)

    def act(self, obj: Survey, form: Any) -> None:
        services.close_survey(self.actor, obj)

    def get_crumbs(self) -> list[Crumb]:
        return survey_crumbs(self.object)


class SurveyPoster(SurveyScope, TemplatePage):
    """A page to be printed and hung up: what is asked, by whom, until when, and the code, in both languages."""

    grant = "performance.see"
    template_name = "performance/poster.html"
    title = gettext_lazy("poster with QR code")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        self.object = survey = self.get_object()
        addresses = {
            code: self.request.build_absolute_uri(reverse("surveys:answer", args=[code, survey.code]))
            for code, _name in settings.LANGUAGES
        }
        sides = []
        for code, address in addresses.items():
            with translation.override(code):
                sides.append({"tag": BCP47[code], "call": _("Scan the code and tell us how content you are."),
                              "until": _("until %(day)s") % {"day": survey.closes_on.isoformat()},
                              "note": _("It takes two minutes. No name is asked for."), "address": address})  # fmt: skip
        return super().get_context_data(**kwargs) | {
            "object": survey, "sides": sides, "code": qr_of(addresses[settings.LANGUAGES[0][0]]),
        }  # fmt: skip

    def get_crumbs(self) -> list[Crumb]:
        return survey_crumbs(self.object)
