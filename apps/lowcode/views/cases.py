"""The page of a case: its whole way, and what its applicant may do with it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.lowcode import policies, subjects
from apps.lowcode.forms import CopyForm
from apps.lowcode.models import Case, CaseState, Task
from apps.lowcode.panels import case_acts, may_withdraw, timeline_context
from apps.lowcode.selectors.cases import acts_on_case, state_of, with_flow
from apps.lowcode.selectors.documents import document_of, facts_of
from apps.lowcode.services import cases as case_services
from apps.lowcode.taskplace import TaskPlace, people_for
from imbudget.kit.errors import ALLOWED, NotAllowed, RuleViolation, Verdict, refused, require
from imbudget.kit.views import ActionPage, DetailPage, Tab
from imbudget.kit.views.base import Crumb
from imbudget.kit.views.detail import Act


def _cases(rows: Any) -> Any:
    """Cases with what their pages read; those of an app that is gone cannot be read any more."""
    known = [subject for subject, _label in subjects.choices()]
    return with_flow(rows).select_related("applicant").filter(subject__in=known)


class CaseDetail(DetailPage):
    """In the scope of the post; who has a task of the case in another post of theirs is led to the task."""

    model = Case
    template_name = "lowcode/case.html"
    tabs = (Tab("timeline", gettext_lazy("way of the document"), "lowcode/_timeline_card.html"),)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            return super().get(request, **kwargs)
        except Http404:
            task = Task.objects.visible_to(self.actor).filter(case=self.kwargs["pk"]).order_by("-pk").first()
            if task is None:
                raise
            return redirect(task.get_absolute_url())

    def get_queryset(self) -> Any:
        return _cases(super().get_queryset())

    def get_crumbs(self) -> list[Crumb]:
        return [Crumb(_("inbox"), reverse("lowcode:inbox"))] if self.actor.can("lowcode.act") else []

    def get_facts(self) -> list[tuple[Any, Any]]:
        case = self.object
        return [
            (_("type of document"), subjects.label_of(case.subject)),
            (_("region"), case.region),
            (_("budget unit"), case.unit or "—"),
            (_("applicant"), case.applicant or "—"),
            (_("sent off at"), case.started_at),
            (_("flow"), case.version),
            *facts_of(case),
        ]

    def get_acts(self) -> list[Act]:
        case = self.object
        acts = case_acts(self.actor, case)
        if case.state == CaseState.STUCK and policies.may_go_on(self.actor, case):
            acts.append(Act(_("look again"), reverse("lowcode:case_retry", args=[case.pk]), ALLOWED, primary=True))
        return acts

    def get_context_data(self) -> dict[str, Any]:
        return super().get_context_data() | {
            "document": document_of(self.actor, self.object),
            **timeline_context(self.object, self.actor),
        }


class CaseAction(ActionPage):
    """An act on a whole case; the engine says whether it is open to the person."""

    model = Case
    grant = "lowcode.act"
    name = ""

    def get_queryset(self) -> Any:
        return _cases(super().get_queryset())

    def get_crumbs(self) -> list[Crumb]:
        return [
            Crumb(_("inbox"), reverse("lowcode:inbox")),
            Crumb(str(self.object), self.object.get_absolute_url()),
        ]

    def allowed(self, obj: Case) -> Verdict:
        if self.name in acts_on_case(self.actor, obj):
            return ALLOWED
        return refused(_("This is not open to you now."))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        case = self.get_object()
        if (
            case.applicant_id != self.actor.user_id
        ):  # who only clicked too late reads the engine's own words on the page
            require(self.allowed(case))
        return super().post(request, **kwargs)


class CaseUrge(CaseAction):
    name = "urge"
    title = gettext_lazy("urge")
    question = gettext_lazy("Ask those who have the document now to decide?")
    consequence = gettext_lazy("They get a notice. You can urge once an hour.")
    submit_label = gettext_lazy("urge")
    success_message = gettext_lazy("They have been told.")

    def act(self, obj: Case, form: Any) -> None:
        case_services.urge(self.actor, obj)


class CaseWithdraw(CaseAction):
    name = "withdraw"
    title = gettext_lazy("withdraw")
    question = gettext_lazy("Withdraw this document?")
    consequence = gettext_lazy("It comes back to you and leaves the inboxes of all others.")
    submit_label = gettext_lazy("withdraw")
    success_message = gettext_lazy("Withdrawn. You can change it and submit it again.")
    danger = True

    def allowed(self, obj: Case) -> Verdict:
        return may_withdraw(acts_on_case(self.actor, obj))

    def act(self, obj: Case, form: Any) -> None:
        case_services.withdraw(self.actor, obj)


class CaseCopy(CaseAction):
    name = "copy"
    title = gettext_lazy("send a copy")
    question = gettext_lazy("Who else shall read this document?")
    submit_label = gettext_lazy("send")
    success_message = gettext_lazy("The copies are sent.")

    def form_of(self, obj: Case, data: Any = None) -> CopyForm:
        people = people_for(self.actor, obj, document_of(self.actor, obj), state_of(obj), [self.name])
        return CopyForm(data, place=TaskPlace(ALLOWED, people=people))

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        obj = self.get_object()
        if not self.allowed(obj):
            raise NotAllowed(self.allowed(obj).reason)
        return self.show(obj, self.form_of(obj))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        obj = self.get_object()
        require(self.allowed(obj))
        form = self.form_of(obj, request.POST)
        if not form.is_valid():
            return self.show(obj, form, status=422)
        try:
            case_services.copy_to(self.actor, obj, form.cleaned_data["users"])
        except NotAllowed:
            raise
        except RuleViolation as refusal:
            form.add_error(None, str(refusal))
            return self.show(obj, form, status=422)
        messages.success(request, str(self.success_message))
        return redirect(obj.get_absolute_url())


class CaseRetry(CaseAction):
    """A case that found nobody looks again: the post may have been filled meanwhile."""

    title = gettext_lazy("look again")
    question = gettext_lazy("Look again for somebody who can act?")
    consequence = gettext_lazy("The document goes on as soon as the missing post is filled.")
    submit_label = gettext_lazy("look again")

    def allowed(self, obj: Case) -> Verdict:
        if obj.state != CaseState.STUCK:
            return refused(_("Somebody has this document now."))
        return policies.may_go_on(self.actor, obj)

    def act(self, obj: Case, form: Any) -> None:
        case_services.retry_stuck(self.actor, obj)
