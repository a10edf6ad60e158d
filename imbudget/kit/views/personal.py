"""What a list page does before a list with personal data leaves as a file: right, reason, limit of rows, mark, record."""

from dataclasses import replace
from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from imbudget.kit import export, registry
from imbudget.kit.errors import NotAllowed, RuleViolation, require
from imbudget.kit.lockedbook import locked
from imbudget.kit.personal import without_numbers
from imbudget.kit.reading import reading_of
from imbudget.kit.tables import Column


class PersonalFileMixin:
    """A list that shows a column about persons asks why before it is a file; other lists are files at once."""

    request: HttpRequest
    actor: Any
    columns: list[Column]

    @cached_property
    def is_personal(self) -> bool:
        """Whether a column that is shown is about persons."""
        return any(column.personal for column in self.columns)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        kind = request.GET.get("export")
        if kind in export.MIME and self.is_personal:
            return self.release(kind)
        return super().post(request, **kwargs)  # type: ignore[misc]

    def ask_why(self, kind: str, form: Any = None, status: int = 200) -> HttpResponse:
        """The form that asks for the reason; refused where the post takes no personal data away."""
        exports = registry.personal_exports.get()
        require(exports.may(self.actor))
        context = {
            "title": _("take a list with personal data away"),
            "crumbs": self.get_crumbs(),  # type: ignore[attr-defined]
            "object": f"{self.get_title()} ({kind.upper()})",  # type: ignore[attr-defined]
            "form": form or exports.form(),
            "question": _("Take this list with personal data away?"),
            "consequence": _(
                "The file is marked with your name, post and the time, and stays in the audit log. At most %(count)s rows."
            )
            % {"count": exports.most},
            "submit_label": _("make the file"),
            "cancel_url": f"{self.request.path}?{self.query_without('cursor', 'export')}",  # type: ignore[attr-defined]
        }
        return TemplateResponse(self.request, "kit/confirm.html", context, status=status)

    def release(self, kind: str) -> HttpResponseBase:
        """The file, once the reason is written down."""
        page: Any = self
        exports = registry.personal_exports.get()
        form = exports.form(self.request.POST)
        if not form.is_valid():
            return self.ask_why(kind, form, 422)
        rows = page.rows.order_by()[: exports.most + 1].count()
        query = without_numbers(page.params.urlencode())
        try:
            given = {"what": page.get_title(), "kind": kind, "rows": rows, "query": query, "given": form.cleaned_data}
            mark = exports.release(self.actor, **given)
        except NotAllowed:
            raise
        except RuleViolation as refusal:
            form.add_error(None, str(refusal))
            return self.ask_why(kind, form, 422)
        page.record_download(kind)
        is_clear = form.cleaned_data.get("clear")
        columns = [_whole(column) for column in self.columns] if is_clear else self.columns
        response = page.file(kind, columns, reading_of(page.model, columns, page.sort.lstrip("-")), mark)
        if is_clear:
            response.content = locked(response.content, form.cleaned_data["password"])
        response["Cache-Control"] = "no-store"
        return response


def _whole(column: Column) -> Column:
    """The column with whole numbers instead of masked ones."""
    is_masked = column.personal and column.of is not None and len(column.reads) == 1
    return replace(column, of=_as_it_is) if is_masked else column


def _as_it_is(value: Any) -> Any:
    return value
