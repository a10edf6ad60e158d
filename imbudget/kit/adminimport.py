"""Import and export of small tables in the administration: the same columns, rules and services as the commands."""

from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, ClassVar, Protocol

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from import_export.admin import ImportExportMixin
from import_export.fields import Field
from import_export.formats import base_formats
from import_export.forms import ExportForm
from import_export.instance_loaders import BaseInstanceLoader
from import_export.resources import Resource
from import_export.results import Error, RowResult
from tablib import Dataset

from imbudget.kit import registry
from imbudget.kit.actor import NOBODY, Actor
from imbudget.kit.adminbase import GrantedAdmin, said
from imbudget.kit.csvsafe import safe_text
from imbudget.kit.errors import RuleViolation
from imbudget.kit.tableimport import RowError, read_rows, refuse_formulas

OUTCOMES = {
    "created": RowResult.IMPORT_TYPE_NEW,
    "changed": RowResult.IMPORT_TYPE_UPDATE,
    "same": RowResult.IMPORT_TYPE_SKIP,
}


class Rows(Protocol):
    """Puts rows in place by the app's services; made once for a file."""

    def put(self, row: dict[str, str]) -> str: ...


def dataset_of(data: bytes, suffix: str, name: str = "") -> Dataset:
    """The rows of a file, read as the import commands read it; `name` is what its sender called it.

    Raises RuleViolation.
    """
    if len(data) > settings.IMPORT_MAX_BYTES:
        raise RuleViolation(_("The file is too large."))
    with NamedTemporaryFile(suffix=suffix) as file:
        file.write(data)
        file.flush()
        rows = [cells for _number, cells in read_rows(Path(file.name), name)]
    heads = list(rows[0]) if rows else []
    return Dataset(*[[cells.get(head, "") for head in heads] for cells in rows], headers=heads)


def guarded(dataset: Dataset) -> Dataset:
    """The same rows as text that no spreadsheet takes for a formula."""
    rows = [[safe_text(str("" if cell is None else cell)) for cell in row] for row in dataset]
    return Dataset(*rows, headers=dataset.headers)


class Workbook(base_formats.XLSX):
    """XLSX; every cell is text, so that codes keep their zeros."""

    sent_name = ""

    def create_dataset(self, in_stream: bytes) -> Dataset:
        return dataset_of(in_stream, ".xlsx", self.sent_name)

    def export_data(self, dataset: Dataset, **kwargs: Any) -> bytes:
        return super().export_data(guarded(dataset), **kwargs)


class Commas(base_formats.CSV):
    """CSV in UTF-8 (written with its mark, which Excel needs) or GB18030."""

    sent_name = ""

    def is_binary(self) -> bool:
        return True

    def get_read_mode(self) -> str:
        return "rb"

    def create_dataset(self, in_stream: bytes) -> Dataset:
        return dataset_of(in_stream, ".csv", self.sent_name)

    def export_data(self, dataset: Dataset, **kwargs: Any) -> bytes:
        return super().export_data(guarded(dataset), **kwargs).encode("utf-8-sig")


class RowsResource(Resource):
    """Columns by name; a row goes through `rows.put`, and its refusals become the row's errors."""

    rows: ClassVar[type]

    class Meta:
        use_transactions = True
        report_skipped = True
        import_id_fields = ()
        instance_loader_class = BaseInstanceLoader

    def __init__(self, actor: Actor = NOBODY, **kwargs: Any) -> None:
        super().__init__()
        self.target: Rows = self.rows(actor)

    @classmethod
    def get_display_name(cls) -> str:
        return cls.__name__

    def import_row(self, row: dict[str, Any], instance_loader: Any, **kwargs: Any) -> RowResult:
        result = self.get_row_result_class()()
        result.diff = [row.get(field.column_name, "") for field in self.get_user_visible_fields()]
        try:
            refuse_formulas(row)
            with transaction.atomic():
                result.import_type = OUTCOMES[self.target.put(row)]
        except KeyError as error:
            self.refuse(result, _("The file lacks the column %(name)s.") % {"name": error.args[0]}, row)
        except (RowError, RuleViolation, ValidationError) as error:
            self.refuse(result, said(error), row)
        return result

    def refuse(self, result: RowResult, reason: str, row: dict[str, Any]) -> None:
        result.import_type = RowResult.IMPORT_TYPE_ERROR
        result.errors.append(Error(reason, row=row))


def column(path: str) -> Field:
    """A column filled from a chain of attributes (`parent__code`); its name is the resource's attribute."""
    return Field(attribute=path)


class MarkField(Field):
    """A mark written 1 or 0, as the import reads it."""

    def export(self, instance: Any, **kwargs: Any) -> str:
        return "1" if self.get_value(instance) else "0"


def mark(path: str) -> Field:
    """A column of a yes or no."""
    return MarkField(attribute=path)


class TableAdmin(ImportExportMixin, GrantedAdmin):
    """A table that is exported by who may see it and imported by who may change it, all rows or none."""

    formats = (Workbook, Commas)
    export_form_class = ExportForm
    skip_admin_log = True  # history and the evidence of the whole file say more

    def record_import(self, actor: Actor, file: str, counts: dict[str, int]) -> None:
        """Leave the evidence of the whole file."""
        raise NotImplementedError

    def has_import_permission(self, request: HttpRequest) -> bool:
        return self.has_change_permission(request)

    def has_export_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def get_import_resource_kwargs(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        return {"actor": request.actor}

    def get_export_resource_kwargs(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        return {"actor": request.actor}

    def write_to_tmp_storage(self, import_file: Any, input_format: Any) -> Any:
        input_format.sent_name = import_file.name  # what is wrong with the file is said under the name its sender knows
        return super().write_to_tmp_storage(import_file, input_format)

    def add_data_read_fail_error_to_form(self, form: Any, e: Exception) -> None:
        if isinstance(e, RuleViolation):
            form.add_error("import_file", str(e))
        else:
            super().add_data_read_fail_error_to_form(form, e)

    @transaction.atomic
    def process_dataset(self, dataset: Dataset, form: Any, request: HttpRequest, **kwargs: Any) -> Any:
        result = super().process_dataset(dataset, form, request, **kwargs)
        if not result.has_errors():
            counts = {name: result.totals[kind] for name, kind in OUTCOMES.items()}
            self.record_import(request.actor, form.cleaned_data.get("original_file_name") or "", counts)
        return result

    def process_result(self, result: Any, request: HttpRequest) -> HttpResponse:
        if not result.has_errors():
            return super().process_result(result, request)
        count = len(result.row_errors())
        self.message_user(request, _("Nothing was imported: %(count)s bad rows.") % {"count": count}, messages.ERROR)
        return HttpResponseRedirect(request.path.replace("process_import", "import"))

    def get_export_data(self, file_format: Any, request: HttpRequest, queryset: Any, **kwargs: Any) -> Any:
        data = super().get_export_data(file_format, request, queryset, **kwargs)
        registry.download_record.get()(request, what=self.model._meta.label, rows=queryset.count())
        return data
