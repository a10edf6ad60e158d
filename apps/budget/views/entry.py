"""Entering the lines of a sheet: the grid, its plain form, its saves, the codes it offers, the copy of last year."""

import json
from decimal import Decimal
from hashlib import sha256
from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.forms import formset_factory
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from apps.budget import policies, services
from apps.budget.entrytexts import COLUMNS, TEXTS
from apps.budget.forms.sheets import BaseLines, CopyForm, LineForm, SheetForm, initial_of
from apps.budget.models import BudgetSheet, ExpenditureKind
from apps.budget.patches import read_patch
from apps.budget.selectors.control import used_of
from apps.budget.selectors.entry import WRITTEN, EntryRow, codes_written, derivations_of, entry_rows, leaves_of, plain
from apps.budget.selectors.stored import Room, offered_to
from apps.budget.services.carryover import CopyReport
from apps.budget.services.entry import DECLARED, Conflict, SaveConflict, resolve
from apps.budget.template import KIND_HEAD
from apps.budget.workbook import COLUMNS as WORKBOOK_COLUMNS
from apps.codes.selectors import year_being_compiled
from imbudget.kit.errors import NotAllowed, RuleViolation, Verdict, require
from imbudget.kit.views import ActionPage, KitView, ScopedMixin
from imbudget.kit.views.base import Crumb

PAGE_ROWS = 200
SPARE_ROWS = 5
LineFormSet = formset_factory(LineForm, formset=BaseLines, extra=SPARE_ROWS, can_delete=True, max_num=PAGE_ROWS * 2)


class EntryPage(ScopedMixin, KitView):
    """What the pages of entry share: the sheet with its unit, and the way back to it."""

    model = BudgetSheet
    grant = "budget.enter"

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("unit", "region", "year")

    def context(self, sheet: BudgetSheet) -> dict[str, Any]:
        return {
            "title": _("edit lines"),
            "crumbs": [
                Crumb(_("budget sheets"), reverse("budget:sheets")),
                Crumb(str(sheet), sheet.get_absolute_url()),
            ],
            "sheet": sheet,
        }


class SheetEdit(EntryPage):
    """The grid; `?plain` is the same as a form that needs no script, in pages of 200 lines."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        sheet = self.get_object()
        require(policies.may_enter(self.actor, sheet))
        if "plain" not in request.GET:
            return self.show_grid(sheet)
        declared = plain(sheet.declared_total)
        form = SheetForm(
            initial={"version": sheet.version, "declared_total": sheet.declared_total, "declared_base": declared}
        )
        page = Paginator(entry_rows(sheet), PAGE_ROWS).get_page(request.GET.get("page"))
        initial = initial_of(page.object_list, codes_written(sheet.year_id))
        return self.show_form(sheet, form, LineFormSet(sheet=sheet, initial=initial, prefix="lines"), page)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        sheet = self.get_object()
        require(policies.may_enter(self.actor, sheet))
        form = SheetForm(request.POST)
        lines = LineFormSet(request.POST, sheet=sheet, initial=None, prefix="lines")
        if not (form.is_valid() and lines.is_valid()):
            return self.show_form(sheet, form, lines, status=422)
        changes = resolve(lines.changes(form.declared()), chosen(request))
        try:
            result = services.save_changes(self.actor, sheet, form.cleaned_data["version"], changes)
        except SaveConflict as conflict:
            return self.show_conflict(sheet, conflict)
        except NotAllowed:
            raise
        except RuleViolation as refusal:
            form.add_error(None, str(refusal))
            return self.show_form(sheet, form, lines, status=422)
        messages.success(request, _("Saved. The checks have looked at every line."))
        if result.merged:
            messages.info(request, _("Other lines of this sheet were saved elsewhere meanwhile; both are kept."))
        if "more" in request.POST:
            return redirect(f"{request.path}?plain&page=9999")
        return redirect(f"{sheet.get_absolute_url()}?tab=checks")

    def show_grid(self, sheet: BudgetSheet) -> HttpResponse:
        context = self.context(sheet) | {"grid": grid_data(sheet, self.actor.user_id), "declared_form": SheetForm()}
        context["used"] = used_of(sheet)
        return TemplateResponse(self.request, "budget/sheet_edit.html", context)

    def show_form(
        self, sheet: BudgetSheet, form: Any, lines: Any, page: Page | None = None, status: int = 200
    ) -> HttpResponse:
        first = page.start_index() if page and page.object_list else 1
        extra = {"form": form, "lines": lines, "page": page, "first_number": first, "suggestions": lines.suggestions()}
        extra["projects"] = offered_to(sheet)
        return TemplateResponse(
            self.request, "budget/sheet_edit_plain.html", self.context(sheet) | extra, status=status
        )

    def show_conflict(self, sheet: BudgetSheet, conflict: SaveConflict) -> HttpResponse:
        # Choices made on an earlier such page go along; those of the lines asked about now are made anew.
        asked = {f"{part}-{found.name}" for found in conflict.conflicts for part in ("choose", "now")}
        asked |= {"csrfmiddlewaretoken", "version"}
        kept = [(name, value) for name, value in self.request.POST.items() if name not in asked]
        lines = [conflict_json(found, sheet) for found in conflict.conflicts]
        extra = {"conflicts": lines, "kept": kept, "version": conflict.version, "refusal": str(conflict)}
        return TemplateResponse(self.request, "budget/sheet_conflict.html", self.context(sheet) | extra, status=409)


class SheetSave(EntryPage):
    """Takes a patch of the grid; the answer says what was written, what was not and why."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        sheet = self.get_object()
        try:
            require(policies.may_enter(self.actor, sheet))
            patch = read_patch(request.body, sheet)
            result = services.save_changes(self.actor, sheet, patch.version, patch.changes)
        except SaveConflict as conflict:
            lines = [conflict_json(found, sheet) for found in conflict.conflicts]
            answer = {"message": str(conflict), "conflicts": lines, "version": conflict.version}
            return JsonResponse(answer | {"all": rows_json(entry_rows(sheet))}, status=409)
        except RuleViolation as refusal:
            return JsonResponse({"message": str(refusal)}, status=403 if isinstance(refusal, NotAllowed) else 422)
        answer = {
            "version": result.version,
            "total": plain(result.total),
            "rows": {name: row_json(row) for name, row in result.rows.items()},
            "errors": patch.errors,
        }
        if used := used_of(sheet):
            answer["used"] = render_to_string("budget/_used.html", {"used": used}, request)
        if result.merged:
            answer["all"] = rows_json(entry_rows(sheet))
        return JsonResponse(answer)


class CodeList(KitView):
    """The codes of a year that lines may carry, and what they lead to; the browser keeps it until it changes."""

    grant = "budget.see"

    def get(self, request: HttpRequest) -> HttpResponse:
        asked = request.GET.get("year", "")
        year = int(asked) if asked.isdecimal() and len(asked) == 4 else year_being_compiled()
        body = json.dumps({"leaves": leaves_of(year), "derived": derivations_of(year)}, ensure_ascii=False).encode()
        response = HttpResponse(body, content_type="application/json; charset=utf-8")
        response["Cache-Control"] = "private, no-cache"
        response["ETag"] = f'"{sha256(body).hexdigest()[:32]}"'
        return get_conditional_response(request, etag=response["ETag"], response=response)


class SheetCopy(ActionPage):
    """Begin with what was accepted for last year."""

    model = BudgetSheet
    grant = "budget.enter"
    form_class = CopyForm
    template_name = "budget/sheet_confirm.html"
    title = gettext_lazy("copy from last year")
    question = gettext_lazy("Copy the lines of last year's accepted budget into this sheet?")
    consequence = gettext_lazy(
        "Lines that the sheet has already stay as they are; only last year's amount is put beside them."
    )
    submit_label = gettext_lazy("copy")

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("unit", "region", "year")

    def get_crumbs(self) -> list[Crumb]:
        sheet = self.object
        return [Crumb(_("budget sheets"), reverse("budget:sheets")), Crumb(str(sheet), sheet.get_absolute_url())]

    def allowed(self, obj: BudgetSheet) -> Verdict:
        return policies.may_enter(self.actor, obj)

    def get_initial(self, obj: BudgetSheet) -> dict[str, Any]:
        return {"with_amounts": True}

    def act(self, obj: BudgetSheet, form: Any) -> str:
        report = services.copy_from_last_year(self.actor, obj, form.cleaned_data["with_amounts"])
        for level, text in told(report):
            messages.add_message(self.request, level, text)
        return reverse("budget:sheet_edit", args=[obj.pk])


def told(report: CopyReport) -> list[tuple[int, str]]:
    """What the copy did, and what it could not do, in sentences."""
    source, found = report.source, []
    added = ngettext(
        "%(count)d line was copied from %(source)s.", "%(count)d lines were copied from %(source)s.", report.added
    )
    found.append((messages.SUCCESS, added % {"count": report.added, "source": source}))
    if report.filled:
        text = ngettext(
            "Last year's amount now stands beside %(count)d line.",
            "Last year's amount now stands beside %(count)d lines.",
            report.filled,
        )
        found.append((messages.SUCCESS, text % {"count": report.filled}))
    if report.retired:
        text = _("Not copied, because the classification of this year does not have their codes: %(lines)s.")
        listed = "; ".join(
            _("line %(number)s: %(code)s") % {"number": number, "code": code} for number, code in report.retired
        )
        found.append((messages.WARNING, text % {"lines": listed}))
    return found


def chosen(request: HttpRequest) -> dict[str, tuple[bool, str]]:
    """What the conflict page was told: name of the line → (mine stays, stamp of theirs)."""
    names = [name.removeprefix("choose-") for name in request.POST if name.startswith("choose-")]
    return {name: (request.POST[f"choose-{name}"] == "mine", request.POST.get(f"now-{name}", "")) for name in names}


def row_json(row: EntryRow) -> list[Any]:
    """A line for the grid: pk, stamp, government class, then the written values in their order."""
    return [row.pk, row.stamp, row.government, *(row.values[name] for name in WRITTEN)]


def rows_json(rows: list[EntryRow]) -> list[list[Any]]:
    return [row_json(row) for row in rows]


def conflict_json(conflict: Conflict, sheet: BudgetSheet) -> dict[str, Any]:
    """A line that two people changed, with who and when in words."""
    change = conflict.change
    return {
        "name": conflict.name,
        "number": conflict.number,
        "stamp": conflict.stamp,
        "mine": conflict.mine,
        "theirs": conflict.theirs,
        "who": change.who or _("the system") if change else "",
        "when": date_format(localtime(change.at), "DATETIME_FORMAT") if change else "",
        "fields": _differences(conflict),
    }


def _differences(conflict: Conflict) -> list[tuple[str, str, str]]:
    labels = {name: str(label) for name, label in COLUMNS} | {DECLARED: _("declared total")}
    mine, theirs = conflict.mine or {}, conflict.theirs or {}
    kinds = dict(ExpenditureKind.choices)
    return [
        (labels[name], *(str(kinds.get(side.get(name, ""), side.get(name, ""))) for side in (mine, theirs)))
        for name in (mine or theirs)
        if mine.get(name) != theirs.get(name)
    ]


def known_heads() -> list[tuple[str, str]]:
    """Heads of columns that a pasted block may carry: as the page shows them, and as the workbook prints them."""
    printed = [(head, name) for head, name in WORKBOOK_COLUMNS.items() if name in WRITTEN]
    return [*((str(label), name) for name, label in COLUMNS if name in WRITTEN), *printed, (KIND_HEAD, "kind")]


def project_row(room: Room) -> list[str]:
    """A stored project for the grid: code, name, search key, and what is left of it."""
    project, left = room.project, max(room.left, Decimal(0))
    return [project.code, project.name, project.search_key, _("left: %(amount)s") % {"amount": f"{left:,.2f}"}]


def grid_data(sheet: BudgetSheet, user: int | None) -> dict[str, Any]:
    """What the script of the entry page begins with."""
    return {
        "sheet": sheet.pk,
        "user": user,
        "version": sheet.version,
        "nature": sheet.unit.nature,
        "declared": plain(sheet.declared_total),
        "columns": [{"name": name, "label": str(label)} for name, label in COLUMNS],
        "heads": known_heads(),
        "written": WRITTEN,
        "projects": [project_row(room) for room in offered_to(sheet)],
        "kinds": [[str(value), str(label)] for value, label in ExpenditureKind.choices],
        "rows": rows_json(entry_rows(sheet)),
        "texts": {name: str(text) for name, text in TEXTS.items()},
        "language": get_language(),
        "urls": {
            "save": reverse("budget:sheet_save", args=[sheet.pk]),
            "codes": f"{reverse('budget:codes')}?year={sheet.year_id}",
            "checks": f"{sheet.get_absolute_url()}?tab=checks",
        },
    }
