"""A draft document as a form: its head and its lines, lines from a file, and what the pickers of a line offer."""

from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.ledger import linecolumns, policies, services
from apps.ledger.forms.documents import HeadForm, LinesFileForm
from apps.ledger.importing.table import Lines, read_table
from apps.ledger.importing.template import write_template
from apps.ledger.linereading import read_lines
from apps.ledger.meanwhile import Difference, differences
from apps.ledger.models import AuthorityDocument
from apps.ledger.selectors import ends
from apps.ledger.services.documents import HEAD, DocumentChanged
from apps.ledger.services.lines import LineInput
from apps.ledger.views.documents import document_crumbs
from imbudget.kit.errors import NotAllowed, RuleViolation, require
from imbudget.kit.export import MIME
from imbudget.kit.money import format_yuan
from imbudget.kit.text import printable, strip
from imbudget.kit.views import KitView, ScopedMixin
from imbudget.kit.views.list import content_disposition

MOST_ROWS = 300  # lines that one form shows; longer documents are kept by files
SPARE_ROWS = 3  # for pages without script, which can add none
MOST_ERRORS = 200  # of a file that are listed


class DraftPage(ScopedMixin, KitView):
    """What concerns a document that may still be changed."""

    model = AuthorityDocument
    grant = "ledger.see"

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("region", "unit")

    def draft(self) -> AuthorityDocument:
        document = self.get_object()
        require(policies.may_edit(self.actor, document))
        return document


class DocumentEdit(DraftPage):
    """Head and lines; the lines of a long document stay as its file has brought them."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        document = self.draft()
        initial = {name: getattr(document, name) for name in (*HEAD, "revision")}
        rows = [] if self.is_long(document) else linecolumns.stored(document, self.is_full(document))
        return self.show(document, self.head_form(document, initial=initial), rows)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        document = self.draft()
        form, rows = (
            self.head_form(document, request.POST),
            linecolumns.sent(document, request.POST, self.is_full(document)),
        )
        lines, errors = self.lines(document, rows)
        if not form.is_valid() or errors:
            if errors:
                form.add_error(None, _("Some cells cannot be read; it stands below them."))
            return self.show(document, form, rows, errors, 422)
        head = {name: form.cleaned_data[name] for name in HEAD if name in form.cleaned_data}
        try:
            services.save_document(self.actor, document, form.cleaned_data["revision"], head, lines)
        except NotAllowed:
            raise
        except DocumentChanged as changed:
            return self.show_both(document, form, head, None if lines is None else rows, str(changed))
        except RuleViolation as refusal:
            form.add_error(None, str(refusal))
            return self.show(document, form, rows, errors, 422)
        messages.success(request, _("Saved. Look through it, then hand it in."))
        return redirect(document.get_absolute_url())

    def show_both(
        self,
        document: AuthorityDocument,
        form: HeadForm,
        head: dict[str, Any],
        rows: list[dict[str, str]] | None,
        text: str,
    ) -> HttpResponse:
        """What was sent, and where it differs from what stands there; saved again, having seen it, it takes its place."""
        document.refresh_from_db()
        found = differences(document, head, rows, self.is_full(document))
        shown = self.head_form(document, self.request.POST.dict() | {"revision": str(document.revision)})
        shown.add_error(None, text)
        return self.show(document, shown, rows or [], status=422, meanwhile=found)

    def head_form(self, document: AuthorityDocument, data: Any = None, **kwargs: Any) -> HeadForm:
        return HeadForm(data, by_unit=document.unit_id is not None, **kwargs)

    def is_long(self, document: AuthorityDocument) -> bool:
        return document.lines.count() > MOST_ROWS

    def is_full(self, document: AuthorityDocument) -> bool:
        """Whether the form shows the elements that few lines need: as it was asked for, or because a line has them."""
        asked = self.request.POST if self.request.method == "POST" else self.request.GET
        return asked.get("full") == "1" or linecolumns.has_seldom(document)

    def lines(
        self, document: AuthorityDocument, rows: list[dict[str, str]]
    ) -> tuple[list[LineInput] | None, dict[str, str]]:
        """The lines that were sent, and what cannot be read of them; None where they stay as they are."""
        if linecolumns.LINES not in self.request.POST.getlist("parts"):
            return None, {}
        if len(rows) > MOST_ROWS:
            text = _("A form takes %(most)s lines at most: bring more of them in by a file.") % {"most": MOST_ROWS}
            return None, {f"{linecolumns.LINES}.{MOST_ROWS + 1}.amount": text}
        read = read_lines(self.actor, document, rows)
        errors = {f"{linecolumns.LINES}.{number}.{name}": text for (number, name), text in read.errors.items()}
        return read.lines, errors

    def show(
        self,
        document: AuthorityDocument,
        form: HeadForm,
        rows: list[dict[str, str]],
        errors: dict[str, str] | None = None,
        status: int = 200,
        meanwhile: list[Difference] | None = None,
    ) -> HttpResponse:
        is_long, full = self.is_long(document), self.is_full(document)
        context = {
            "title": _("edit the document"),
            "crumbs": document_crumbs(document),
            "document": document,
            "form": form,
            "view": None if is_long else linecolumns.view(document, rows, errors, full=full, spare=SPARE_ROWS),
            "full": full,
            "has_seldom": linecolumns.names_of(document, full=True) != linecolumns.names_of(document),
            "count": document.lines.count(),
            "meanwhile": meanwhile,
            "cancel_url": document.get_absolute_url(),
        }
        return TemplateResponse(self.request, "ledger/document_edit.html", context, status=status)


class LinesUpload(DraftPage):
    """A table file whose lines take the place of the document's; one bad cell refuses the whole file."""

    title = gettext_lazy("lines from a file")

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        document = self.draft()
        return self.show(document, LinesFileForm(initial={"revision": document.revision}))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        document = self.draft()
        form = LinesFileForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.show(document, form, status=422)
        try:
            bad = self.take(document, form.cleaned_data)
        except NotAllowed:
            raise
        except RuleViolation as refusal:
            form.add_error(None, str(refusal))
            return self.show(document, form, status=422)
        if bad:
            form.add_error(None, _("Nothing was taken over: some cells of the file cannot be read."))
            return self.show(document, form, bad, 422)
        words = {"count": document.lines.count(), "total": format_yuan(document.total)}
        messages.success(request, _("%(count)s lines were taken over, %(total)s yuan together.") % words)
        return redirect(document.get_absolute_url())

    def take(self, document: AuthorityDocument, values: dict[str, Any]) -> list[tuple[int, str, str]]:
        """Put the lines in place; or what is wrong: (row as the spreadsheet numbers it, head, reason)."""
        table = table_of(document, values["file"])
        read = read_lines(self.actor, document, [row for _number, row in table.rows])
        if read.errors:
            numbers = [number for number, _row in table.rows]
            heads = linecolumns.HEADS
            return [(numbers[at - 1], heads[name], text) for (at, name), text in read.errors.items()]
        services.save_document(self.actor, document, values["revision"], {}, read.lines)
        if table.unread:
            text = _("These columns were not read: %(columns)s.")
            messages.warning(self.request, text % {"columns": "、".join(table.unread[:20])[:300]})
        return []

    def show(
        self,
        document: AuthorityDocument,
        form: LinesFileForm,
        bad: list[tuple[int, str, str]] | None = None,
        status: int = 200,
    ) -> HttpResponse:
        context = {
            "title": self.get_title(),
            "crumbs": document_crumbs(document),
            "document": document,
            "form": form,
            "bad": (bad or [])[:MOST_ERRORS],
            "bad_count": len(bad or []),
            "columns": [linecolumns.HEADS[name] for name in linecolumns.names_of(document, full=True)],
            "submit_label": _("take the lines over"),
            "cancel_url": document.get_absolute_url(),
            "multipart": True,
        }
        return TemplateResponse(self.request, "ledger/document_upload.html", context, status=status)


def table_of(document: AuthorityDocument, file: Any) -> Lines:
    """The rows of an uploaded file."""
    with NamedTemporaryFile() as kept:
        for chunk in file.chunks():
            kept.write(chunk)
        kept.flush()
        return read_table(document, Path(kept.name), file.name)


class LinesTemplate(DraftPage):
    """The empty workbook for this kind of document."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        response = HttpResponse(write_template(self.draft()), content_type=MIME["xlsx"])
        response["Content-Disposition"] = content_disposition("指标文明细模板.xlsx")
        return response


class EndChoices(DraftPage):
    """Authorities for the field in which one is named; without script their numbers are written by hand."""

    rows_of: Any = staticmethod(ends.origins)

    def get(self, request: HttpRequest, pk: int) -> JsonResponse:
        document = self.draft()
        text = strip(printable(request.GET.get("q", "")))[:60]
        rows = ends.found(self.rows_of(self.actor, document), document, text)
        found = [
            {
                "id": row.pk,
                "code": row.pk,
                "name": linecolumns.described(row),
                "note": format_yuan(row.balance.available),
                "below": False,
            }
            for row in rows
        ]
        response = JsonResponse({"rows": found[: ends.SHOWN], "more": len(found) > ends.SHOWN})
        patch_vary_headers(response, ["Accept", "HX-Request"])
        return response


class OriginChoices(EndChoices):
    pass


class TargetChoices(EndChoices):
    rows_of = staticmethod(ends.targets)
