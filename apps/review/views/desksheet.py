"""The score sheet at an expert's desk: it saves itself, is handed in, and is changed once after the discussion."""

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

from apps.lowcode.rendering import AnswerForm, display
from apps.lowcode.selectors.forms import schema_of
from apps.projects.services.locks import StaleRevision
from apps.review.forms.panel import ChangeForm, SheetForm
from apps.review.models import PanelMember, ReviewItem, ReviewKind, ScoreSheet, SheetState
from apps.review.policies import panel as policies
from apps.review.selectors import desk
from apps.review.services import discussion, sheets
from apps.review.services.sheets import BadSheet
from apps.review.sheetreading import PARTS, SheetReader
from apps.review.views.desk import OwnSeat, desk_crumbs, member_url
from apps.review.views.texts import TEXTS
from imbudget.kit.errors import NotAllowed, RuleViolation, Verdict, require
from imbudget.kit.views import ActionPage, KitView
from imbudget.kit.views.base import Crumb


class SheetPage(OwnSeat, KitView):
    """What both pages of a sheet share: its two forms, and how what was refused comes back."""

    template_name = "review/desk_sheet.html"
    member: PanelMember
    item: ReviewItem

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.actor.can(self.grant):
            self.member = self.object = self.get_object()
            self.item = self.get_item(self.member)
        return super().dispatch(request, *args, **kwargs)

    def answers(self, sheet: ScoreSheet | None, data: Any = None) -> AnswerForm:
        files = self.request.FILES if data is not None else None
        schema = schema_of(self.member.review.form_version)
        return AnswerForm(schema, actor=self.actor, values=sheet.values if sheet else None, data=data, files=files)

    def rest(self, sheet: ScoreSheet | None, data: Any = None) -> SheetForm:
        kind = self.member.review.kind
        findings = list(self.item.findings.order_by("number")) if kind == ReviewKind.BUDGET else []
        return SheetForm(data, item=self.item, kind=kind, findings=findings, sheet=sheet)

    def sent_parts(self) -> dict[str, Any]:
        """Everything that the page sent."""
        return {"values": self.answers(None, self.request.POST).raw, **self.rest(None, self.request.POST).written()}

    def show(
        self, sheet: ScoreSheet | None, data: Any = None, errors: dict[str, str] | None = None, status: int = 200
    ) -> HttpResponse:
        answers, rest = self.answers(sheet, data), self.rest(sheet, data)
        named = page_paths(errors or {})
        if data is not None:
            answers.refuse(
                {path.removeprefix("values."): text for path, text in (errors or {}).items() if is_answer(path)}
            )
            rest.is_valid()
            for name in rest.fields:
                if name in named:
                    rest.add_error(name, named[name])
        context = {
            "title": _("score sheet"),
            "crumbs": desk_crumbs(self.member, self.item),
            "member": self.member,
            "item": self.item,
            "sheet": sheet,
            "form": answers,
            "rest": rest,
            "lines": rest.lines(named),
            "revision": sheet.revision if sheet else 0,
            "texts": {name: str(text) for name, text in TEXTS.items()},
            "failed": bool(errors),
            **self.around(data),
        }
        return TemplateResponse(self.request, self.template_name, context, status=status)

    def around(self, data: Any) -> dict[str, Any]:
        return {}


def is_answer(path: str) -> bool:
    """Whether an error stands in an answer of the form."""
    return path.startswith("values.")


def page_paths(errors: dict[str, str]) -> dict[str, str]:
    """Errors by the names of the fields of the page; a script and the page show them there."""
    named: dict[str, str] = {}
    for path, text in errors.items():
        part, _dot, rest = path.partition(".")
        if part == "values":
            named.setdefault(f"answer-{rest.removesuffix('__comment')}", text)
        else:
            named[f"line-{rest.replace('.', '-')}" if part == "lines" else part] = text
    return named


class DeskSheet(SheetPage):
    """The sheet of round 1. A script saves it by POST and asks for JSON; without it there is a button."""

    gaps: list[tuple[str, str, str]] = []

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        sheet = desk.sheet_of(self.member, self.item)
        if sheet is not None and sheet.state == SheetState.SUBMITTED:
            require(policies.may_read(self.actor, self.member))
            return self.show_kept(sheet)
        require(policies.may_score(self.actor, self.member))
        self.gaps = self.missing(sheet) if sheet is not None and "missing" in request.GET else []
        return self.show(sheet)

    def missing(self, sheet: ScoreSheet) -> list[tuple[str, str, str]]:
        """What keeps a sheet from being handed in: the field's name on the page, its label, the sentence."""
        reader = SheetReader(self.actor, self.item, draft=False)
        errors = reader.read({name: getattr(sheet, name) for name in PARTS}).errors
        rest = self.rest(sheet)
        found = []
        for path, text in errors.items():
            part, _dot, key = path.partition(".")
            one = reader.schema.field(key.removesuffix("__comment")) if part == "values" else None
            line = _("line %(number)s") % {"number": key.partition(".")[0]}
            label = one.label if one else line if part == "lines" else rest.fields[part].label
            found.append((next(iter(page_paths({path: text}))), str(label), text))
        return found

    def around(self, data: Any) -> dict[str, Any]:
        return {"gaps": self.gaps}

    def show_kept(self, sheet: ScoreSheet) -> HttpResponse:
        """What was handed in, read only."""
        schema = schema_of(self.member.review.form_version)
        context = {
            "title": _("score sheet"),
            "crumbs": desk_crumbs(self.member, self.item),
            "member": self.member,
            "item": self.item,
            "sheet": sheet,
            "answers": display(schema, sheet.values),
            "lines": [(row, sheet.lines.get(str(row.number), {})) for row in self.item.findings.order_by("number")],
        }
        return TemplateResponse(self.request, "review/desk_sheet_kept.html", context)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        revision = request.POST.get("revision", "")
        if not (revision.isascii() and revision.isdecimal() and len(revision) < 10):
            return HttpResponseBadRequest()
        try:
            saved = sheets.save_sheet(self.actor, self.member, self.item, self.sent_parts(), revision=int(revision))
        except NotAllowed as refusal:
            if not self.wants_json:
                raise
            return JsonResponse({"message": str(refusal)}, status=403)
        except RuleViolation as refusal:
            return self.refused(refusal)
        return self.told(saved) if self.wants_json else self.go_on(saved)

    @property
    def wants_json(self) -> bool:
        return "application/json" in self.request.headers.get("Accept", "")

    def told(self, saved: sheets.SavedSheet) -> HttpResponse:
        return JsonResponse(
            {
                "revision": saved.revision,
                "saved_at": time_format(timezone.localtime(), "H:i"),
                "errors": page_paths(saved.errors),
                "missing": {},
                "computed": {},
            }
        )

    def go_on(self, saved: sheets.SavedSheet) -> HttpResponse:
        if saved.errors:
            sheet = desk.sheet_of(self.member, self.item)
            return self.show(sheet, self.request.POST, saved.errors, status=422)
        messages.success(self.request, _("Saved."))
        name = "desk_submit" if self.request.POST.get("next") == "submit" else "desk_sheet"
        return redirect(reverse(f"review:{name}", args=[self.member.pk, self.item.pk]))

    def refused(self, refusal: RuleViolation) -> HttpResponse:
        is_stale = isinstance(refusal, StaleRevision)
        status = 409 if is_stale else 422
        if self.wants_json:
            return JsonResponse({"message": str(refusal), "stale": is_stale}, status=status)
        messages.error(self.request, str(refusal))
        return self.show(desk.sheet_of(self.member, self.item), self.request.POST, status=status)


class DeskSubmit(OwnSeat, ActionPage):
    """Hand a sheet in; what is missing sends the reader back to it."""

    title = gettext_lazy("hand the score sheet in")
    question = gettext_lazy("Hand this score sheet in?")
    consequence = gettext_lazy("It cannot be changed any more. Its digest goes on record.")
    submit_label = gettext_lazy("hand in")

    def get_object(self) -> PanelMember:
        member = super().get_object()
        self.item = self.get_item(member)
        return member

    def allowed(self, obj: PanelMember) -> Verdict:
        return policies.may_score(self.actor, obj)

    def act(self, obj: PanelMember, form: Any) -> str:
        try:
            sheet = sheets.submit_sheet(self.actor, obj, self.item)
        except BadSheet as refusal:
            messages.error(self.request, str(refusal))
            return f"{self.get_success_url(obj)}?missing=1"
        tell_outcome(self.request, obj, sheet)
        return member_url(obj)

    def get_success_url(self, obj: PanelMember) -> str:
        return reverse("review:desk_sheet", args=[obj.pk, self.item.pk])

    def get_crumbs(self) -> list[Crumb]:
        return desk_crumbs(self.object, self.item)


def tell_outcome(request: HttpRequest, member: PanelMember, sheet: ScoreSheet | None) -> None:
    """Say that a sheet is in, or that the expert has left the panel."""
    if sheets.left_the_panel(member):
        messages.warning(
            request, _("You are tied to a project of this review, and have left the panel: the sheet does not count.")
        )
    elif sheet is not None:
        messages.success(request, _("The score sheet has been handed in."))


class DeskRevise(SheetPage):
    """The sheet once more, after the discussion, with the reason of the change."""

    template_name = "review/desk_revise.html"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        require(policies.may_talk(self.actor, self.member))
        return self.show(desk.sheets_of(self.member).get(self.item.pk))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        sheet = desk.sheets_of(self.member).get(self.item.pk)
        reason = ChangeForm(request.POST)
        if not reason.is_valid():
            return self.show(sheet, request.POST, status=422)
        try:
            made = discussion.revise_sheet(
                self.actor, self.member, self.item, self.sent_parts(), reason.cleaned_data["change_reason"]
            )
        except NotAllowed:
            raise
        except BadSheet as refusal:
            return self.show(sheet, request.POST, refusal.errors, status=422)
        except RuleViolation as refusal:
            messages.error(request, str(refusal))
            return self.show(sheet, request.POST, status=422)
        tell_outcome(request, self.member, made)
        if made is None:
            return redirect(member_url(self.member))
        return redirect(reverse("review:desk_discussion", args=[self.member.pk]))

    def around(self, data: Any) -> dict[str, Any]:
        return {"reason": ChangeForm(data)}
