"""Objections to rosters: recorded by the unit, answered by a second person."""

from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from apps.persons.selectors import masked
from apps.subsidy import policies
from apps.subsidy.filters.rosters import ObjectionFilter
from apps.subsidy.forms.objections import AnswerForm, ObjectionForm
from apps.subsidy.models import Roster, RosterObjection
from apps.subsidy.services import objections
from apps.subsidy.tables.rosters import ObjectionTable
from apps.subsidy.views.rosters import RELATED, roster_crumbs
from imbudget.kit.errors import RuleViolation, Verdict
from imbudget.kit.views import ActionPage, DetailPage, FormPage, ListPage, Tab
from imbudget.kit.views.base import Crumb
from imbudget.kit.views.detail import Act


class ObjectionList(ListPage):
    model = RosterObjection
    table = ObjectionTable
    filters = ObjectionFilter
    grant = "subsidy.see"
    title = gettext_lazy("objections to rosters")
    empty_text = gettext_lazy("Nobody has objected to a roster.")


def _answer(page: DetailPage, objection: RosterObjection) -> dict[str, Any]:
    return {"objection": objection}


class ObjectionDetail(DetailPage):
    model = RosterObjection
    grant = "subsidy.see"
    template_name = "subsidy/objection.html"
    tabs = (Tab("answer", pgettext_lazy("review", "answer"), "subsidy/_answer.html", _answer),)

    def get_queryset(self) -> Any:
        wanted = ("roster__subsidy", "roster__place", "line", "author", "answerer", "unit")
        return super().get_queryset().select_related(*wanted)

    def get_crumbs(self) -> list[Crumb]:
        return [Crumb(_("objections to rosters"), reverse("subsidy:objections"))]

    def get_facts(self) -> list[tuple[Any, Any]]:
        one = self.object
        knows = self.actor.can("subsidy.file") and self.actor.holds_unit(one.unit_id)
        facts = [
            (_("roster"), one.roster),
            (_("line"), one.line.number if one.line else "–"),
            (_("budget unit"), one.unit),
            (_("filed at"), one.filed_at),
            (_("filed by"), _("the public") if one.is_of_public else one.author),
            (_("answered by"), one.answerer or "–"),
            (_("answered at"), one.answered_at or "–"),
        ]
        if not knows:
            return facts
        contact = masked(self.actor, one, "contact") or "–"
        return [*facts, (_("who objects"), one.person or "–"), (_("contact"), contact)]

    def get_acts(self) -> list[Act]:
        verdict = policies.may_answer(self.actor, self.object)
        href = reverse("subsidy:objection_answer", args=[self.object.pk])
        return [Act(_("write the answer"), href, verdict, primary=True)] if verdict else []


class ObjectionNew(FormPage):
    form_class = ObjectionForm
    grant = "subsidy.see"
    title = gettext_lazy("record an objection")
    submit_label = gettext_lazy("record")
    success_message = gettext_lazy("The objection is recorded; a second person of the unit decides it.")

    @cached_property
    def object(self) -> Roster:
        found = Roster.objects.visible_to(self.actor).select_related(*RELATED).filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Http404
        return found

    def allowed(self) -> Verdict:
        return policies.may_object(self.actor, self.object)

    def get_crumbs(self) -> list[Crumb]:
        return roster_crumbs(self.object)

    def get_cancel_url(self) -> str:
        return self.object.get_absolute_url()

    def save(self, form: ObjectionForm) -> str:
        given = form.cleaned_data
        line = None
        if given["number"]:
            line = self.object.lines.filter(number=given["number"]).first()
            if line is None:
                raise RuleViolation(_("The roster has no line of this number."))
        made = objections.record_objection(
            self.actor, self.object, line, given["ground"], given["person"], given["contact"]
        )
        return made.get_absolute_url()


class ObjectionAnswer(ActionPage):
    model = RosterObjection
    form_class = AnswerForm
    title = gettext_lazy("write the answer")
    question = gettext_lazy("Decide this objection?")
    consequence = gettext_lazy("An objection that is upheld stops its line. The answer stays.")
    submit_label = gettext_lazy("decide")
    success_message = gettext_lazy("The objection is decided.")

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("roster__subsidy", "roster__place", "line")

    def allowed(self, obj: RosterObjection) -> Verdict:
        return policies.may_answer(self.actor, obj)

    def get_crumbs(self) -> list[Crumb]:
        return [Crumb(_("objections to rosters"), reverse("subsidy:objections"))]

    def act(self, obj: RosterObjection, form: AnswerForm) -> None:
        objections.answer_objection(self.actor, obj, form.cleaned_data["answer"], form.cleaned_data["uphold"])
