"""The wizard of an application: its steps, each saved by itself or with a button, and what is still missing."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.projects import policies, rows, services
from apps.projects.forms import STEP_FORMS, AttachmentForm, StartForm, StepForm
from apps.projects.lent import EDIT, lent_to
from apps.projects.models import Project
from apps.projects.selectors.attachments import attachments_of
from apps.projects.selectors.duplicates import similar_to
from apps.projects.services import Saved, StaleRevision
from apps.projects.steps import BY_NAME, Step
from apps.projects.views.answers import answer_form, refused_form, save_answers
from apps.projects.views.missing import review_of, steps_of, to_mend
from apps.projects.views.texts import TEXTS
from imbudget.kit.errors import NotAllowed, RuleViolation, require
from imbudget.kit.views import FormPage, KitView, ScopedMixin
from imbudget.kit.views.base import Crumb

TEMPLATES = {
    "attachments": "projects/edit_attachments.html",
    "form": "projects/edit_form.html",
    "check": "projects/edit_check.html",
}
SPARE_ROWS = 3  # for pages without script, which can add none


def library_crumbs(project: Project | None = None) -> list[Crumb]:
    """The way back to the list, and to the project."""
    crumbs = [Crumb(_("project library"), reverse("projects:projects"))]
    return crumbs if project is None else [*crumbs, Crumb(str(project), project.get_absolute_url())]


def edit_url(project: Project, step: str = "") -> str:
    """A step of the wizard."""
    address = reverse("projects:edit", args=[project.pk])
    return f"{address}?step={step}" if step else address


class ProjectStart(FormPage):
    """The first page: unit, year, kind and name, or the project of last year that goes on."""

    form_class = StartForm
    grant = "projects.enter"
    title = gettext_lazy("new project")
    submit_label = gettext_lazy("begin")
    help_text = gettext_lazy(
        "The project gets its code now; you fill in the rest step by step, and every step is kept."
    )

    def get_form_kwargs(self) -> dict[str, Any]:
        asked = self.request.GET.get("copied", "")
        initial = {"copied": int(asked)} if asked.isascii() and asked.isdecimal() and len(asked) < 10 else {}
        return {"actor": self.actor, "initial": initial}

    def get_crumbs(self) -> list[Crumb]:
        return library_crumbs()

    def get_cancel_url(self) -> str:
        return reverse("projects:projects")

    def save(self, form: Any) -> str:
        values = form.cleaned_data
        if values["copied"]:
            source = Project.objects.visible_to(self.actor).get(pk=values["copied"])
            project = services.copy_from(self.actor, source, year=values["year"])
        else:
            given = {"unit": values["unit"], "kind": values["kind"], "year": values["year"], "name": values["name"]}
            project = services.create_project(self.actor, **given)
        messages.success(self.request, _("The project has begun with the code %(code)s.") % {"code": project.code})
        return edit_url(project, "basics")


@dataclass(slots=True)
class Sheet:
    """One step as it is shown: the form of its fields, its lists, and how many errors stand in them."""

    form: Any
    parts: list[rows.PartView]
    errors: dict[str, str]


class ProjectEdit(ScopedMixin, KitView):
    """One address for all steps: `?step=`. A script saves by POST and asks for JSON; without it there is a button."""

    model = Project
    grant = "projects.enter"

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("unit", "region", "category", "upper", "answer")

    @cached_property
    def step(self) -> Step:
        asked = self.request.GET.get("step", "")
        return BY_NAME.get(asked, BY_NAME["basics"])

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        project = self.get_object()
        require(policies.may_edit(self.actor, project))
        return self.show(project, self.stored(project))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        project = self.get_object()
        revision = request.POST.get("revision", "")
        if request.POST.get("step") != self.step.name or not revision.isdecimal() or len(revision) > 9:
            return HttpResponseBadRequest()
        try:
            saved = self.save(project, int(revision))
        except NotAllowed as refusal:
            if not self.wants_json:
                raise
            return JsonResponse({"message": str(refusal)}, status=403)
        except RuleViolation as refusal:
            return self.refused(project, refusal)
        return JsonResponse(self.told(project, saved)) if self.wants_json else self.go_on(project, saved)

    @property
    def wants_json(self) -> bool:
        return "application/json" in self.request.headers.get("Accept", "")

    def save(self, project: Project, revision: int) -> Saved:
        if self.step.name == "form":
            return save_answers(self.actor, project, self.request, revision)
        fields: dict[str, Any] = {}
        if self.step.name in STEP_FORMS:
            fields = self.bound(project).written()
        return services.save_project(self.actor, project, revision=revision, fields=fields, parts=self.sent_parts())

    def sent_parts(self) -> dict[str, Any]:
        """The lists that this page sent whole: a list it does not name stays as it is."""
        data = self.request.POST
        sent = {name for name in data.getlist("parts") if name in self.step.parts}
        parts: dict[str, Any] = {name: rows.sent_rows(data, name) for name in sent & set(rows.PARTS)}
        if "tags" in sent:
            parts["tags"] = [tag for tag in data.getlist("tags") if tag.isdecimal() and len(tag) < 10]
        return parts

    # --- what is shown ---

    def stored(self, project: Project, errors: dict[str, str] | None = None) -> Sheet:
        """The step as the database has it."""
        form_class = STEP_FORMS.get(self.step.name)
        form: Any = form_class(project=project, actor=self.actor) if form_class else None
        if self.step.name == "form":
            form = answer_form(self.actor, project)
        lists = [
            rows.part_view(project, name, rows.stored_rows(project, name), {}, self.defaults(project), SPARE_ROWS)
            for name in self.step.parts
            if name in rows.PARTS
        ]
        return Sheet(form, lists, errors or {})

    def typed(self, project: Project, errors: dict[str, str]) -> Sheet:
        """The step as it was sent, with what could not be read."""
        if self.step.name == "form":
            return Sheet(refused_form(self.actor, project, self.request, errors), [], errors)
        form = self.bound(project) if self.step.name in STEP_FORMS else None
        if form:
            form.is_valid()
            form.errors.clear()
            for name, text in errors.items():
                if name in form.fields:
                    form.add_error(name, text)
        lists = [
            rows.part_view(
                project, name, rows.sent_rows(self.request.POST, name), errors, self.defaults(project), SPARE_ROWS
            )
            for name in self.step.parts
            if name in rows.PARTS
        ]
        return Sheet(form, lists, errors)

    def bound(self, project: Project) -> StepForm:
        return STEP_FORMS[self.step.name](self.request.POST, project=project, actor=self.actor)

    def defaults(self, project: Project) -> dict[str, str]:
        """What a new row begins with."""
        if self.step.name in {"funding", "costs"}:
            return {"year": str(project.start_year), "quantity": "1"}
        return {}

    def show(self, project: Project, sheet: Sheet, status: int = 200) -> HttpResponse:
        review = review_of(self.actor, project)
        steps = steps_of(project, review, self.step.name)
        names = [step.name for step in steps]
        at = names.index(self.step.name) if self.step.name in names else 0
        context = {
            "title": project.name,
            "crumbs": library_crumbs(project),
            "project": project,
            "step": self.step,
            "steps": steps,
            "next": steps[at + 1].name if at + 1 < len(steps) else "",
            "form": sheet.form,
            "parts": sheet.parts,
            "errors": sheet.errors,
            "review": review,
            "mend": to_mend(project),
            "texts": {name: str(text) for name, text in TEXTS.items()},
            "submit": policies.may_submit(self.actor, project),
            "lent": lent_to(EDIT, project, self, self.step.name),
            **self.around(project),
        }
        return TemplateResponse(
            self.request, TEMPLATES.get(self.step.name, "projects/edit.html"), context, status=status
        )

    def around(self, project: Project) -> dict[str, Any]:
        """What some steps need besides."""
        if self.step.name == "attachments":
            return {"attachments": attachments_of(project), "file_form": AttachmentForm(project=project)}
        if self.step.name == "check":
            return {"similar": similar_to(project), "may_mend": True}
        return {}

    # --- what is answered ---

    def go_on(self, project: Project, saved: Saved) -> HttpResponse:
        if saved.errors:
            return self.show(project, self.typed(project, saved.errors), status=422)
        messages.success(self.request, _("Saved."))
        goal = self.request.POST.get("next", "")
        return redirect(edit_url(project, goal if goal in BY_NAME else self.step.name))

    def refused(self, project: Project, refusal: RuleViolation) -> HttpResponse:
        stale = isinstance(refusal, StaleRevision)
        if self.wants_json:
            return JsonResponse({"message": str(refusal), "stale": stale}, status=409 if stale else 422)
        messages.error(self.request, str(refusal))
        # What was typed stays on the page; with the revision as it is now, saving again is a decision.
        project.refresh_from_db()
        return self.show(project, self.typed(project, {}), status=409 if stale else 422)

    def told(self, project: Project, saved: Saved) -> dict[str, Any]:
        """What the script shows after a save."""
        review = review_of(self.actor, project)
        return {
            "revision": saved.revision,
            "saved_at": time_format(timezone.localtime(), "H:i"),
            "errors": saved.errors,
            "missing": {step.name: step.missing for step in steps_of(project, review, self.step.name)},
            "computed": self.computed(project),
        }

    def computed(self, project: Project) -> dict[str, list[dict[str, str]]]:
        """The cells that the server works out, row by row."""
        found = {}
        for name in set(self.step.parts) & set(rows.PARTS):
            names = [column.name for column in rows.PARTS[name].columns if column.kind == "computed"]
            if names:
                found[name] = [{each: row[each] for each in names} for row in rows.stored_rows(project, name)]
        return found
