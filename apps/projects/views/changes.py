"""Requests to change or to end a stored project: drawn up, handed in, taken back, and shown with what they change."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.lowcode.panels import timeline_tab
from apps.lowcode.submitting import SubmitPage
from apps.projects import policies, rows, services
from apps.projects.forms import ChangeForm
from apps.projects.models import ChangeKind, Project, ProjectChange
from apps.projects.selectors.proposals import LISTS, differences_of
from apps.projects.selectors.unspent import in_the_way_of, in_the_way_of_end
from apps.projects.services.changes import SUBJECTS
from apps.projects.views.wizard import SPARE_ROWS, library_crumbs
from imbudget.kit.errors import NotAllowed, RuleViolation, Verdict, require
from imbudget.kit.views import ActionPage, DetailPage, HistoryTab, KitView, ScopedMixin, Tab
from imbudget.kit.views.action import ReasonForm
from imbudget.kit.views.base import Crumb
from imbudget.kit.views.detail import Act


class ChangePage(ScopedMixin, KitView):
    """The request as a form: reason, last year, targets, and the lists of money and milestones as they shall be."""

    grant = "projects.enter"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        obj = self.get_object()
        require(self.allowed(obj))
        lists = {name: self.rows_of(obj, name) for name in LISTS}
        return self.show(obj, ChangeForm(initial=self.initial(obj)), lists)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        obj = self.get_object()
        require(self.allowed(obj))
        form = ChangeForm(request.POST)
        sent = set(request.POST.getlist("parts"))
        lists = {name: rows.sent_rows(request.POST, name) for name in LISTS if name in sent}
        if not form.is_valid():
            return self.show(obj, form, lists, status=422)
        try:
            change = self.save(obj, form.cleaned_data | {"parts": lists})
        except NotAllowed:
            raise
        except services.BadRows as bad:
            form.add_error(None, _("Some cells cannot be read; it stands below them."))
            return self.show(obj, form, lists, bad.errors, 422)
        except RuleViolation as refusal:
            form.add_error(None, str(refusal))
            return self.show(obj, form, lists, status=422)
        messages.success(request, _("The request is kept. Look at what it changes, then hand it in."))
        return redirect(change.get_absolute_url())

    def show(
        self,
        obj: Any,
        form: ChangeForm,
        lists: dict[str, list[dict[str, str]]],
        errors: dict[str, str] | None = None,
        status: int = 200,
    ) -> HttpResponse:
        project = self.project(obj)
        defaults = {"year": str(project.start_year), "quantity": "1"}
        context = {
            "title": _("request a change"),
            "crumbs": library_crumbs(project),
            "project": project,
            "form": form,
            "parts": [
                rows.part_view(project, name, given, errors or {}, defaults, SPARE_ROWS)
                for name, given in lists.items()
            ],
            "cancel_url": obj.get_absolute_url(),
        }
        return TemplateResponse(self.request, "projects/change_edit.html", context, status=status)

    def project(self, obj: Any) -> Project:
        raise NotImplementedError

    def allowed(self, obj: Any) -> Verdict:
        raise NotImplementedError

    def initial(self, obj: Any) -> dict[str, Any]:
        raise NotImplementedError

    def rows_of(self, obj: Any, name: str) -> list[dict[str, str]]:
        raise NotImplementedError

    def save(self, obj: Any, values: dict[str, Any]) -> ProjectChange:
        raise NotImplementedError


class ChangeNew(ChangePage):
    """Begins with the project as it stands."""

    model = Project

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("unit", "region")

    def project(self, obj: Project) -> Project:
        return obj

    def allowed(self, obj: Project) -> Verdict:
        return policies.may_request_change(self.actor, obj)

    def initial(self, obj: Project) -> dict[str, Any]:
        return {"end_year": obj.end_year}

    def rows_of(self, obj: Project, name: str) -> list[dict[str, str]]:
        return rows.stored_rows(obj, name)

    def save(self, obj: Project, values: dict[str, Any]) -> ProjectChange:
        del values["revision"]
        return services.request_change(self.actor, obj, **values)


class ChangeEdit(ChangePage):
    """Goes on with a request that is a draft, or was returned."""

    model = ProjectChange

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("project__unit", "project__region")

    def project(self, obj: ProjectChange) -> Project:
        return obj.project

    def allowed(self, obj: ProjectChange) -> Verdict:
        return policies.may_edit_change(self.actor, obj)

    def initial(self, obj: ProjectChange) -> dict[str, Any]:
        after = obj.body.get("after", {"fields": {"end_year": obj.project.end_year}})
        return {
            "reason": obj.reason,
            "end_year": after["fields"]["end_year"],
            "targets": obj.body.get("targets", ""),
            "revision": obj.revision,
        }

    def rows_of(self, obj: ProjectChange, name: str) -> list[dict[str, str]]:
        after = obj.body.get("after", {})
        # A request drawn up before it could touch this list leaves it as it stands.
        return rows.frozen_rows(after[name], name) if name in after else rows.stored_rows(obj.project, name)

    def save(self, obj: ProjectChange, values: dict[str, Any]) -> ProjectChange:
        revision = values.pop("revision") or 0
        services.save_change(self.actor, obj, revision=revision, **values)
        return obj


class ProjectTerminate(ActionPage):
    model = Project
    form_class = ReasonForm
    title = gettext_lazy("request the end")
    question = gettext_lazy("Ask for the end of this project before its time?")
    consequence = gettext_lazy("The request goes through its own approval; until then the project stays in the store.")
    submit_label = gettext_lazy("draw the request up")
    danger = True

    def show(self, obj: Project, form: Any, status: int = 200) -> HttpResponse:
        """What would keep the request from being handed in is told before it is drawn up."""
        missing = in_the_way_of_end(obj)
        if missing:
            self.consequence = missing
        return super().show(obj, form, status)

    def get_crumbs(self) -> list[Crumb]:
        return library_crumbs(self.object)

    def allowed(self, obj: Project) -> Verdict:
        return policies.may_request_change(self.actor, obj)

    def act(self, obj: Project, form: Any) -> str:
        change = services.request_termination(self.actor, obj, reason=form.cleaned_data["reason"])
        return change.get_absolute_url()


def _proposal(page: DetailPage, change: ProjectChange) -> dict[str, Any]:
    return {"differences": differences_of(change), "targets": change.body.get("targets", "")}


class ChangeDetail(DetailPage):
    model = ProjectChange
    grant = "projects.see"
    template_name = "projects/change.html"
    tabs = (Tab("proposal", gettext_lazy("what shall change"), "projects/_proposal.html", _proposal), HistoryTab)

    def all_tabs(self) -> list[Tab]:
        """The way of a change and that of a termination are two kinds of document."""
        proposal, history = self.tabs
        return [proposal, timeline_tab(f"projects.{self.object.kind}"), history]

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("project", "unit", "region", "author")

    def get_crumbs(self) -> list[Crumb]:
        return library_crumbs(self.object.project)

    def get_facts(self) -> list[tuple[Any, Any]]:
        change = self.object
        facts = [
            (_("project code"), change.project.code),
            (_("budget unit"), change.unit),
            (_("region"), change.region),
            (_("kind of request"), change.get_kind_display()),
            (_("total amount"), change.project.total),
            (_("author"), change.author or "–"),
        ]
        return facts if change.amount is None else [*facts, (_("total amount afterwards"), change.amount)]

    def get_acts(self) -> list[Act]:
        change, actor = self.object, self.actor
        if not actor.holds_unit(change.unit_id):
            return []
        acts = [Act(_("submit"), self._to("change_submit"), policies.may_submit_change(actor, change), primary=True)]
        if change.kind == ChangeKind.CHANGE:
            acts.append(Act(_("edit"), self._to("change_edit"), policies.may_edit_change(actor, change)))
        acts.append(Act(_("take back"), self._to("change_withdraw"), policies.may_withdraw_change(actor, change)))
        return [act for act in acts if act.verdict]

    def get_context_data(self) -> dict[str, Any]:
        return super().get_context_data() | {"in_the_way": in_the_way_of(self.object)}

    def _to(self, name: str) -> str:
        return reverse(f"projects:{name}", args=[self.object.pk])


class ChangeAction(ActionPage):
    model = ProjectChange

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("project__unit", "project__region", "unit", "region")

    def get_crumbs(self) -> list[Crumb]:
        change = self.object
        return [*library_crumbs(change.project), Crumb(str(change), change.get_absolute_url())]


class ChangeSubmit(SubmitPage, ChangeAction):
    title = gettext_lazy("submit")
    question = gettext_lazy("Hand this request in for approval?")
    submit_label = gettext_lazy("submit")
    success_message = gettext_lazy("Handed in. The timeline shows who has it now.")

    def allowed(self, obj: ProjectChange) -> Verdict:
        return policies.may_submit_change(self.actor, obj)

    def act(self, obj: ProjectChange, form: Any) -> None:
        services.submit_change(self.actor, obj, chosen=form.chosen())

    def subject(self, obj: ProjectChange) -> str:
        return SUBJECTS[ChangeKind(obj.kind)]


class ChangeWithdraw(ChangeAction):
    title = gettext_lazy("take back")
    question = gettext_lazy("Take this request back?")
    consequence = gettext_lazy("It ends without a decision; another one can be drawn up.")
    submit_label = gettext_lazy("take back")
    success_message = gettext_lazy("The request is taken back.")

    def allowed(self, obj: ProjectChange) -> Verdict:
        return policies.may_withdraw_change(self.actor, obj)

    def act(self, obj: ProjectChange, form: Any) -> None:
        services.withdraw_change(self.actor, obj)
