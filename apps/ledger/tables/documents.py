"""Lists of documents, of the lines of one, and of books."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.ledger.tables.authorities import CappedTable, code_column
from imbudget.kit.tables import Column, Table


class DocumentTable(CappedTable):
    columns = (
        Column("number", _("document number"), kind="code"),
        Column("title", _("title"), link=True),
        Column("kind", _("kind of document")),
        Column("region", _("region"), path="region.name"),
        Column("unit", _("budget unit"), path="unit.name"),
        Column("dated", _("date of the document"), kind="date"),
        Column("total", _("total"), kind="money", total="total"),
        Column("state", _("state"), kind="state"),
        Column("author", _("author"), path="author.name"),
        Column("year", _("fiscal year"), path="year_id", kind="code", optional=True),
        Column("posted_at", _("posted at"), kind="date", optional=True),
        Column("upper_number", _("document number of the upper level"), kind="code", optional=True),
        Column("basis", _("basis"), optional=True),
        Column("reason", _("reason"), optional=True),
        Column("created_at", _("created at"), kind="date", optional=True),
    )
    default_sort = "-pk"
    search = ("number", "title")


def _end(pk: int | None) -> str:
    return f"№ {pk}" if pk else ""


def _to(pk: int | None) -> str:
    return reverse("ledger:authority", args=[pk]) if pk else ""


def _to_origin(row: Any) -> str:
    return _to(row.origin_id)


def _to_target(row: Any) -> str:
    return _to(row.target_id)


class DocumentLineTable(CappedTable):
    columns = (
        Column("number", _("line number"), kind="count", sort="number"),
        Column("origin", _("taken from"), reads=("origin_id",), of=_end, kind="code", link=_to_origin,
               link_reads=("origin_id",)),
        Column("target", _("given to"), reads=("target_id",), of=_end, kind="code", link=_to_target,
               link_reads=("target_id",)),
        Column("unit", _("budget unit"), path="unit.name"),
        code_column("function", _("function")),
        code_column("department_economic", _("department economic class")),
        code_column("government_economic", _("government economic class")),
        code_column("fund", _("fund type")),
        Column("project_code", _("project code"), kind="code"),
        Column("receiving_region", _("receiving region"), path="receiving_region.name"),
        Column("amount", _("amount"), kind="money", total="amount"),
        Column("summary", _("summary")),
        Column("upper_document_number", _("document number of the upper level"), kind="code", optional=True),
        code_column("transfer_function", _("function of the transfer"), optional=True),
        Column("income_code", _("revenue class"), kind="code", optional=True),
    )  # fmt: skip
    default_sort = "number"
    search = ("unit__search_key", "project_code", "summary")


class BooksTable(Table):
    columns = (
        Column("year", _("fiscal year"), path="year_id", kind="code", link=True),
        Column("region", _("region"), path="region.name"),
        Column("state", _("state"), kind="state"),
        Column("left", _("left"), kind="money"),
        Column("held", _("applied for"), kind="money"),
        Column("opened_at", _("opened at"), kind="date"),
        Column("closed_at", _("closed at"), kind="date"),
    )
    default_sort = "-pk"
