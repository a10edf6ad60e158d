"""One task: what the document says, its way so far, and what its holder may do with it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from apps.desk.models import Job
from apps.desk.services import start_job
from apps.lowcode import bindings, subjects
from apps.lowcode.bindings import Owed
from apps.lowcode.forms import (
    ApproveForm,
    ConsultForm,
    CopyForm,
    DelegateForm,
    OpinionForm,
    ReasonActForm,
    ReturnForm,
    SignerForm,
)
from apps.lowcode.jobs import APPROVE
from apps.lowcode.models import CaseEvent, Task, TaskState
from apps.lowcode.panels import timeline_context
from apps.lowcode.selectors import inbox
from apps.lowcode.selectors.cases import events_of
from apps.lowcode.selectors.documents import document_of, facts_of, is_long, owed_of
from apps.lowcode.services import tasks as services
from apps.lowcode.taskplace import TaskPlace, place_of
from imbudget.kit.actor import Actor
from imbudget.kit.errors import NotAllowed, RuleViolation
from imbudget.kit.signatures import proof_before
from imbudget.kit.views import KitView, ScopedMixin
from imbudget.kit.views.base import Crumb

POST = ("post__region", "post__unit__region", "post__department__region")  # what the name of a post needs
MOST_FINDINGS = 8
LIVE = (TaskState.OPEN, TaskState.WAITING)
Run = Callable[[Actor, Task, dict[str, Any]], Any]


@dataclass(frozen=True, slots=True)
class TaskAct:
    """One thing to do with a task: its words, its form, its service."""

    label: str | Promise
    form: type[forms.Form]
    run: Run
    said: str | Promise
    hint: str | Promise = ""
    tone: str = ""


def _approve(actor: Actor, task: Task, values: dict[str, Any]) -> Job | None:
    """Sign at once, or by a job where the document is long."""
    asked = {name.removeprefix("ask_"): value for name, value in values.items() if name.startswith("ask_")}
    if is_long(task.case):
        services.refuse_unready(actor, task)  # the job would refuse as well, but it should not even begin
        params = {"task": task.pk, "opinion": values["opinion"], "asked": asked}
        return start_job(actor, APPROVE, params, label=_("approve: %(what)s") % {"what": task.case})
    services.approve(actor, task, opinion=values["opinion"], asked=asked)
    return None


def _send_back(actor: Actor, task: Task, values: dict[str, Any]) -> None:
    fields, to = values.get("fields_meant", []), values.get("to", "")
    services.send_back(actor, task, reason=values["reason"], fields=fields, to=to)


ACTS: dict[str, TaskAct] = {
    "approve": TaskAct(gettext_lazy("approve"), ApproveForm, _approve, gettext_lazy("Approved."), tone="pri"),
    "opinion": TaskAct(
        gettext_lazy("give an opinion"),
        OpinionForm,
        lambda actor, task, values: services.give_opinion(actor, task, opinion=values["opinion"]),
        gettext_lazy("Your opinion stands in the timeline."),
        tone="pri",
    ),
    "return": TaskAct(
        gettext_lazy("return"),
        ReturnForm,
        _send_back,
        gettext_lazy("Returned."),
        gettext_lazy("with a reason; the applicant reads it first"),
    ),
    "reject": TaskAct(
        gettext_lazy("reject"),
        ReasonActForm,
        lambda actor, task, values: services.reject(actor, task, reason=values["reason"]),
        gettext_lazy("Rejected."),
        gettext_lazy("for good: the document's way ends here"),
        tone="bad",
    ),
    "delegate": TaskAct(
        gettext_lazy("hand over"),
        DelegateForm,
        lambda actor, task, values: services.delegate(actor, task, user=values["user"], reason=values["reason"]),
        gettext_lazy("Handed over."),
        gettext_lazy("somebody else decides instead of you"),
    ),
    "add_signer": TaskAct(
        gettext_lazy("add a signer"),
        SignerForm,
        lambda actor, task, values: services.add_signer(
            actor, task, user=values["user"], where=values["where"], reason=values["reason"]
        ),
        gettext_lazy("The signer has been added."),
        gettext_lazy("somebody signs before or after you"),
    ),
    "consult": TaskAct(
        gettext_lazy("ask for an opinion"),
        ConsultForm,
        lambda actor, task, values: services.consult(actor, task, user=values["user"], question=values["question"]),
        gettext_lazy("Asked."),
        gettext_lazy("you still decide yourself"),
    ),
    "copy": TaskAct(
        gettext_lazy("send a copy"),
        CopyForm,
        lambda actor, task, values: services.copy_to(actor, task.case, values["users"]),
        gettext_lazy("The copies are sent."),
        gettext_lazy("others read it, nobody has to act"),
    ),
}
ENDING = {"approve", "opinion", "return", "reject", "delegate"}  # after these the task is off one's desk


class TaskPage(ScopedMixin, KitView):
    """GET shows the task with a form for each act; POST does the one named by `act`."""

    model = Task
    grant = "lowcode.act"
    object: Task
    document: Any = None
    events: list[CaseEvent]

    def get_queryset(self) -> Any:
        # By their keys: a join of all these tables takes the planner longer than their rows take the server.
        related = ("case__version__definition__region", "case__region", "case__unit", "case__applicant", *POST)
        known = [subject for subject, _label in subjects.choices()]  # an app that is gone reads its cases no more
        rows = super().get_queryset().select_related("case__version__definition").prefetch_related(*related)
        return rows.filter(case__subject__in=known)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.show(self.place())

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        place, name = self.place(), request.POST.get("act", "")
        if name not in ACTS:
            return self.show(place, status=422)
        act = ACTS[name]
        form = act.form(request.POST, place=place, prefix=name)
        if form.is_valid():
            page = self.proof(place, name)
            if page is not None:
                return page
            try:
                done = act.run(self.actor, self.object, form.cleaned_data)
            except NotAllowed:
                raise
            except RuleViolation as refusal:
                form.add_error(None, str(refusal))
            else:
                if isinstance(done, Job):
                    return redirect(done)
                messages.success(request, str(act.said))
                return redirect(self.goal(name))
        return self.show(place, (name, form), status=422)

    def proof(self, place: TaskPlace, name: str) -> HttpResponse | None:
        """What asks again who it is, before a signature of a kind that wants it; None where nothing is asked."""
        if name != "approve" or name not in place.acts:
            return None
        return proof_before(self.request, self.object.case.subject)

    def place(self) -> TaskPlace:
        self.object = self.get_object()
        self.document = document_of(self.actor, self.object.case)
        self.events = events_of(self.object.case)
        return place_of(self.actor, self.object, self.document, self.events)

    def goal(self, name: str) -> str:
        """The next task of the inbox after a decision; else the same page."""
        if name not in ENDING:
            return self.object.get_absolute_url()
        return reverse("lowcode:inbox")

    def show(self, place: TaskPlace, bound: tuple[str, Any] | None = None, status: int = 200) -> HttpResponse:
        task, case = self.object, self.object.case
        document = self.document
        seen = document is not None  # a holder may have lost sight of it: the unit has moved to another place
        owed = self.owed(place) if seen else None
        held = {"approve"} if owed else set()
        context = {
            "title": str(case),
            "crumbs": [Crumb(_("inbox"), reverse("lowcode:inbox"))],
            "task": task,
            "case": case,
            "place_facts": self.place_facts(),
            **self.other_post(place),
            "is_open": task.state == TaskState.OPEN,
            "place": place,
            "seen": seen,
            "facts": facts_of(case) if seen else [],
            "document": document,
            **(self.findings() if seen else {"findings": None}),
            **(self.part() if seen else {"part": None}),
            **timeline_context(case, self.actor, self.events),
            "owed": owed,
            "acts": [self.act(name, place, bound) for name in ACTS if seen and name in place.acts - held],
            "form": bound[1] if bound else None,
        }
        return TemplateResponse(self.request, "lowcode/task.html", context, status=status)

    def owed(self, place: TaskPlace) -> Owed | None:
        """What must be done with the document before its holder signs: said in place of the form to sign."""
        return owed_of(self.actor, self.object.case, self.document) if "approve" in place.acts else None

    def findings(self) -> dict[str, Any]:
        """What the checks of the document say, where its app has some: whoever decides reads them first."""
        binding = bindings.get(self.object.case.subject)
        if binding is None or binding.findings is None:
            return {"findings": None}
        found = list(binding.findings(self.document))
        return {"findings": found[:MOST_FINDINGS], "findings_more": max(0, len(found) - MOST_FINDINGS)}

    def part(self) -> dict[str, Any]:
        """What of the document its app shows beside the signature."""
        binding = bindings.get(self.object.case.subject)
        if binding is None or binding.part is None:
            return {"part": None}
        template, values = binding.part
        return values(self.document) | {"part": template}

    def other_post(self, place: TaskPlace) -> dict[str, Any]:
        """The post to change to, or why there is nothing to be done: it has ended."""
        post = self.object.post
        if post is None or post.pk == self.actor.post_id:
            return {"other_post": None}
        if post.is_held_on(timezone.localdate()):
            return {"other_post": post}
        return {"other_post": None, "post_ended": place.verdict.reason if self.object.state in LIVE else ""}

    def place_facts(self) -> list[tuple[Any, Any]]:
        """What the task itself says, before the facts of the document."""
        task, case = self.object, self.object.case
        facts = [
            (_("type of document"), subjects.label_of(case.subject)),
            (_("step"), task.get_step_name(get_language() or "")),
            (_("applicant"), case.applicant or "—"),
            (_("region"), case.region),
            (_("budget unit"), case.unit or "—"),
            (_("arrived at"), task.created_at),
        ]
        days = inbox.days_left(task) if task.state == TaskState.OPEN else None
        return facts if days is None else [*facts, (_("days left"), inbox.words_for_days(days))]

    def act(self, name: str, place: TaskPlace, bound: tuple[str, Any] | None) -> dict[str, Any]:
        """What the template needs of one act: its words and its form, opened when it came back."""
        act, is_bound = ACTS[name], bound is not None and bound[0] == name
        form = bound[1] if bound and is_bound else act.form(place=place, prefix=name)
        return {"name": name, "act": act, "form": form, "open": is_bound or (bound is None and act.tone == "pri")}
