"""Inside: notices of the region, their take-down, objections and their decision."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.persons.selectors import masked
from apps.review.filters.publicity import ObjectionFilter, PublicityFilter
from apps.review.forms.publicity import AnswerForm, DecisionForm, PublishForm
from apps.review.models import Conclusion, Objection, Publicity
from apps.review.policies import publicity as policies
from apps.review.selectors.involved import involved_in
from apps.review.selectors.public import address_of
from apps.review.services import objections, publicity
from apps.review.tables.publicity import ObjectionTable, PublicityTable
from imbudget.kit.errors import Verdict
from imbudget.kit.views import ActionPage, DetailPage, HistoryTab, ListPage, Tab
from imbudget.kit.views.action import ReasonForm
from imbudget.kit.views.base import Crumb
from imbudget.kit.views.detail import Act


class PublicityList(ListPage):
    model = Publicity
    table = PublicityTable
    filters = PublicityFilter
    grant = "review.see"
    title = gettext_lazy("public notices")
    empty_text = gettext_lazy("Nothing has been published yet. A confirmed result is published from its own page.")


def _results(page: DetailPage, notice: Publicity) -> dict[str, Any]:
    return {"items": notice.items.select_related("project")}


def _objections(page: DetailPage, notice: Publicity) -> dict[str, Any]:
    return {"objections": notice.objections.select_related("item", "handler").order_by("-filed_at")}


class PublicityDetail(DetailPage):
    model = Publicity
    grant = "review.see"
    template_name = "review/publicity.html"
    tabs = (
        Tab("results", gettext_lazy("results"), "review/_published.html", _results),
        Tab("objections", gettext_lazy("objections"), "review/_objections.html", _objections),
        HistoryTab,
    )

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("region", "author", "down_by", "conclusion__review")

    def get_crumbs(self) -> list[Crumb]:
        return [Crumb(_("public notices"), reverse("review:publicities"))]

    def get_facts(self) -> list[tuple[Any, Any]]:
        notice = self.object
        facts = [
            (_("region"), notice.region),
            (_("number"), f"{notice.year}-{notice.number}"),
            (_("first day"), notice.starts_on),
            (_("last day"), notice.last_day),
            (_("days"), f"{notice.days} ({notice.get_counting_display()})"),
            (_("source document"), notice.source or "–"),
            (_("published by"), notice.author),
            (_("SM3 digest"), notice.digest),
        ]
        if notice.moved_to:
            facts.append((_("last day as planned"), notice.ends_on))
        if notice.down_by:
            facts += [(_("taken down by"), notice.down_by), (_("reason of the take-down"), notice.down_reason)]
        return facts

    def get_acts(self) -> list[Act]:
        notice = self.object
        acts = [
            Act(
                _("take down"),
                reverse("review:take_down", args=[notice.pk]),
                policies.may_take_down(self.actor, notice),
                danger=True,
            )
        ]
        if notice.state != "taken_down":
            acts.insert(0, Act(_("public page"), address_of(notice, self.request.LANGUAGE_CODE), Verdict(True)))
        return acts


class Publish(ActionPage):
    model = Conclusion
    form_class = PublishForm
    title = gettext_lazy("publish the result")
    question = gettext_lazy("Put this result before the public?")
    consequence = gettext_lazy(
        "It stands on the public page from now on for the days of the rule, and cannot be taken down without a trace."
    )
    submit_label = gettext_lazy("publish")
    success_message = gettext_lazy("Published. Objections to it appear here.")

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("review__region", "region")

    def get_initial(self, obj: Conclusion) -> dict[str, Any]:
        return {"title_zh": f"{obj.review.title}结果公示"}

    def allowed(self, obj: Conclusion) -> Verdict:
        return policies.may_publish(self.actor, obj)

    def act(self, obj: Conclusion, form: Any) -> str:
        given = form.cleaned_data
        made = publicity.publish(
            self.actor, obj, title_zh=given["title_zh"], title_mn=given["title_mn"], text=given["text"]
        )
        return made.get_absolute_url()


class TakeDown(ActionPage):
    model = Publicity
    form_class = ReasonForm
    title = gettext_lazy("take down")
    question = gettext_lazy("Take this notice down before its last day?")
    consequence = gettext_lazy("It leaves the public pages at once; who took it down, when and why is recorded.")
    submit_label = gettext_lazy("take down")
    success_message = gettext_lazy("The notice is off the public pages.")
    danger = True

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("conclusion__review", "region")

    def allowed(self, obj: Publicity) -> Verdict:
        return policies.may_take_down(self.actor, obj)

    def act(self, obj: Publicity, form: Any) -> None:
        publicity.take_down(self.actor, obj, form.cleaned_data["reason"])


class ObjectionList(ListPage):
    model = Objection
    table = ObjectionTable
    filters = ObjectionFilter
    grant = "review.see"
    title = gettext_lazy("objections")
    empty_text = gettext_lazy("Nobody has objected to a published result.")


def _statement(page: DetailPage, objection: Objection) -> dict[str, Any]:
    may_read = bool(policies.may_handle(page.actor, objection, involved_in(objection)))
    files = objection.files.select_related("file") if may_read else []
    if not may_read:
        return {"files": files, "may_read": False}
    return {"files": files, "may_read": True, "contact": masked(page.actor, objection, "contact")}


class ObjectionDetail(DetailPage):
    model = Objection
    grant = "review.see"
    template_name = "review/objection.html"
    tabs = (Tab("statement", gettext_lazy("objection"), "review/_objection.html", _statement), HistoryTab)

    def get_queryset(self) -> Any:
        related = ("item", "publicity__conclusion__review", "region", "handler")
        return super().get_queryset().select_related(*related)

    def get_title(self) -> str:
        return _("objection to “%(project)s”") % {"project": self.object.item.name}

    def get_crumbs(self) -> list[Crumb]:
        return [Crumb(_("objections"), reverse("review:objections"))]

    def get_facts(self) -> list[tuple[Any, Any]]:
        objection = self.object
        return [
            (_("public notice"), objection.publicity),
            (_("project code"), objection.item.code),
            (_("code to follow it"), objection.code),
            (_("filed at"), objection.filed_at),
            (_("answer due on"), objection.due_on),
            (_("handled by"), objection.handler or "–"),
            (_("decided at"), objection.decided_at or "–"),
        ]

    def get_acts(self) -> list[Act]:
        objection, involved = self.object, involved_in(self.object)
        accept = policies.may_accept(self.actor, objection, involved)
        decide = policies.may_decide(self.actor, objection, involved)
        acts = []
        if accept or objection.state == "filed":
            acts = [
                Act(_("take on"), reverse("review:objection_accept", args=[objection.pk]), accept, primary=True),
                Act(_("do not accept"), reverse("review:objection_refuse", args=[objection.pk]), accept),
            ]
        elif objection.state == "accepted":
            acts = [Act(_("decide"), reverse("review:objection_decide", args=[objection.pk]), decide, primary=True)]
        return acts


class ObjectionAction(ActionPage):
    model = Objection

    def get_queryset(self) -> Any:
        related = ("item__item__dossier", "publicity__conclusion__review", "publicity__region", "region")
        return super().get_queryset().select_related(*related)


class ObjectionAccept(ObjectionAction):
    title = gettext_lazy("take on")
    question = gettext_lazy("Take this objection on?")
    consequence = gettext_lazy("You look into it and decide it; nobody else can.")
    submit_label = gettext_lazy("take on")
    success_message = gettext_lazy("The objection is yours to decide.")

    def allowed(self, obj: Objection) -> Verdict:
        return policies.may_accept(self.actor, obj, involved_in(obj))

    def act(self, obj: Objection, form: Any) -> None:
        objections.accept_objection(self.actor, obj)


class ObjectionRefuse(ObjectionAccept):
    form_class = AnswerForm
    title = gettext_lazy("do not accept")
    question = gettext_lazy("Not accept this objection?")
    consequence = gettext_lazy("Say why: it names no ground, or another matter. Whoever filed it reads the answer.")
    submit_label = gettext_lazy("do not accept")
    success_message = gettext_lazy("The objection is closed; the answer can be read with its code.")
    danger = True

    def act(self, obj: Objection, form: Any) -> None:
        given = form.cleaned_data
        objections.refuse_to_hear(self.actor, obj, given["answer"], is_public=given["is_public"])


class ObjectionDecide(ObjectionAction):
    form_class = DecisionForm
    title = gettext_lazy("decide")
    question = gettext_lazy("How is this objection decided?")
    consequence = gettext_lazy("An objection that is upheld sends the project back to its unit at once.")
    submit_label = gettext_lazy("decide")
    success_message = gettext_lazy("Decided; the answer can be read with the code of the objection.")

    def allowed(self, obj: Objection) -> Verdict:
        return policies.may_decide(self.actor, obj, involved_in(obj))

    def get_initial(self, obj: Objection) -> dict[str, Any]:
        return {"is_public": True}

    def act(self, obj: Objection, form: Any) -> None:
        given = form.cleaned_data
        decide = objections.uphold_objection if given["decision"] == "uphold" else objections.dismiss_objection
        decide(self.actor, obj, given["answer"], finding=given["finding"], is_public=given["is_public"])
