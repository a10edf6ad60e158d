"""The one list page: columns, filters, search, order, keyset pages, totals, saved views, exports."""

from dataclasses import replace
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.http import content_disposition_header
from django.utils.text import get_valid_filename
from django.utils.translation import gettext as _

from imbudget.kit import export, registry
from imbudget.kit.filters import FilterForm
from imbudget.kit.paging import LAST, BadCursor, Order, Page, paginate
from imbudget.kit.personal import without_numbers
from imbudget.kit.reading import Reading, reading_of
from imbudget.kit.search import found_by
from imbudget.kit.tables import Column, Table
from imbudget.kit.text import printable, search_key
from imbudget.kit.text import strip as strip_text
from imbudget.kit.views.base import KitView, ScopedMixin
from imbudget.kit.views.bulk import BulkMixin
from imbudget.kit.views.personal import PersonalFileMixin

COUNT_CAP = 10_000
NOT_FILTERS = ("cursor", "sort", "view", "export", "columns")


class ListPage(PersonalFileMixin, BulkMixin, ScopedMixin, KitView):
    """A list is a model, a table and (often) a filter form; everything else is here.

    Query parameters: the filters' names, `q` (search), `sort`, `columns` (names with commas), `cursor`, `export`;
    `bulk` declares acts on several rows, which come by POST (kit/views/bulk.py). `view=plain` asks for the list as it begins, where a person has made a view of their own the first one.
    An htmx request gets the part `rows` of the same template from the same checks.
    """

    table: type[Table]
    filters: type[FilterForm] = FilterForm
    template_name = "kit/list.html"
    page_size = 50
    empty_text: Any = ""
    frame: tuple[str, ...] = ()  # parameters that say which list this is, and narrow nothing

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        kind = request.GET.get("export")
        if kind in export.MIME:
            return self.ask_why(kind) if self.is_personal else self.download(kind)
        return TemplateResponse(request, self.template(), self.get_context_data())

    def template(self) -> str:
        if self.request.htmx and not self.request.htmx.boosted:
            return f"{self.template_name}#rows"
        return self.template_name

    def initial_query(self) -> dict[str, Any]:
        """What the list shows when its address asks for nothing: most lists begin with the round at work."""
        return {}

    @cached_property
    def habits(self) -> registry.Habits:
        """The person's saved views of this page and their choice of columns."""
        return registry.saved_views.get().of(self.actor, self.request.path)

    @cached_property
    def params(self) -> Any:
        """The query in force: the address, or the person's first view, or what the list begins with."""
        asked = self.request.GET
        if asked and (asked.get("view") != "plain" or len(asked) > 1):
            return asked
        if self.habits.first is not None and not asked:
            return QueryDict(self.habits.first.query)
        return self.initial

    @cached_property
    def initial(self) -> Any:
        """The query of `initial_query`."""
        initial = QueryDict(mutable=True)
        initial.update({key: str(value) for key, value in self.initial_query().items()})
        return initial

    @cached_property
    def filter_form(self) -> FilterForm:
        form = self.filters(self.params or None, actor=self.actor)
        form.is_valid()
        return form

    @cached_property
    def columns(self) -> list[Column]:
        """The columns shown: as the address asks, else as the person has chosen, else as the table has them."""
        return self.table.chosen(self.params.get("columns") or self.habits.columns)

    @cached_property
    def reading(self) -> Reading:
        return reading_of(self.model, self.linked, self.sort.lstrip("-"))

    @cached_property
    def sort(self) -> str:
        asked = self.params.get("sort", "")
        column = self.table.column(asked.lstrip("-"))
        if column and column.sort:
            return ("-" if asked.startswith("-") else "") + column.sort
        return self.table.default_sort

    @cached_property
    def narrowed_rows(self) -> Any:
        """The rows after scope and filters."""
        return self.filter_form.narrow(self.get_queryset())

    @cached_property
    def search_text(self) -> str:
        """What the search box holds; '' when nothing of it is left to search by (a lone joiner, for instance)."""
        text = strip_text(printable(self.params.get("q", "")))[:100]
        return text if self.table.search and search_key(text) else ""

    @cached_property
    def rows(self) -> Any:
        """The rows after scope, filters and search."""
        if not self.search_text:
            return self.narrowed_rows
        return self.narrowed_rows.filter(
            found_by(self.model, self.table.search, self.search_text, self._looked_through)
        )

    def _looked_through(self, model: Any) -> Any:
        """The rows of another table that the search may mean: those in sight, narrowed by what the filters know."""
        rows = model._default_manager.all()
        rows = rows.visible_to(self.actor) if hasattr(rows, "visible_to") else rows
        return self.filter_form.looked_through(rows)

    def page(self) -> Page:
        asked = self.params.get("cursor", "")
        try:
            return paginate(self.rows, self.sort, self.page_size, asked, self.reading)
        except BadCursor:
            messages.warning(self.request, _("That page address is not valid any more; here is the first page."))
            return paginate(self.rows, self.sort, self.page_size, "", self.reading)

    def totals(self) -> dict[str, Any]:
        """Count of rows and sums of the shown columns that have a total, over all pages.

        What a search finds is added up to the cap only: beyond it the count is "more than", and there are no sums.
        """
        summed = [column for column in self.columns if column.total]
        if self.search_text:
            # A sum must not have the name of what it adds up, where that is worked out for each row.
            sums = {f"sum_{column.name}": Sum(column.total) for column in summed}
            found = self.rows.order_by()[: COUNT_CAP + 1].aggregate(count=Count("pk"), **sums)
            kept = found if found["count"] <= COUNT_CAP else {"count": found["count"]}
            return {name.removeprefix("sum_"): value for name, value in kept.items()}
        if summed:
            return self.table.sums(self.actor, self.filter_form, self.rows, summed)
        return {"count": self.rows.order_by()[: COUNT_CAP + 1].count()}

    def get_context_data(self) -> dict[str, Any]:
        page, totals = self.page(), self.totals()
        unit, columns = self.request.money_unit, self.columns
        foot = [totals.get(column.name) if column.total else None for column in columns]
        return {
            "title": self.get_title(),
            "crumbs": self.get_crumbs(),
            "table": self.table,
            "heads": [self.head_of(column) for column in columns],
            "rows": [{"object": row, "cells": self.table.cells(row, unit, self.linked)} for row in page.rows],
            "page": page,
            "last_cursor": LAST,
            "count": totals["count"],
            "count_capped": totals["count"] > COUNT_CAP and len(totals) == 1,
            "totals": list(zip(columns, foot, strict=True)),
            "has_totals": any(column.total for column in columns),
            "filter_form": self.filter_form,
            "searchable": bool(self.table.search),
            "search_text": self.params.get("q", ""),
            "query": self.query_without("cursor", "view"),
            "view_query": self.view_query(),
            "plain_query": self.query_without("cursor", "view", "columns"),
            "export_query": self.query_without("cursor", "export", "view"),
            "saved_views": self.habits.views,
            "first_view": self.habits.first,
            "column_choice": self.column_choice(),
            "own_columns": bool(self.habits.columns),
            "empty_text": self.empty_text,
            "narrowed": self.params is not self.initial and bool(self.query_without(*NOT_FILTERS, *self.frame)),
            "clear_query": self.clear_query(),
            "actions": self.get_actions(),
            "bulk": self.bulk_acts(),
            "bulk_all": self.takes_all(),
        }

    @cached_property
    def linked(self) -> list[Column]:
        """The shown columns; when none of them leads to the row's page, the first one does."""
        if any(column.link for column in self.columns):
            return self.columns
        link = next((column for column in self.table.columns if column.link), None)
        if link is None:
            return self.columns
        first = replace(self.columns[0], link=link.link, link_reads=link.link_reads)
        return [first, *self.columns[1:]]

    def column_choice(self) -> list[tuple[Column, bool]]:
        """Every column of the table with whether it is shown: the shown ones first, in their order."""
        shown = [column.name for column in self.columns]
        rest = [column for column in self.table.columns if column.name not in shown]
        return [(column, True) for column in self.columns] + [(column, False) for column in rest]

    def view_query(self) -> str:
        """What a saved view keeps: filters, search, order, and the columns as they are shown now."""
        names = ",".join(column.name for column in self.columns)
        kept = self.query_without("cursor", "view", "export", "columns")
        return "&".join(filter(None, [kept, urlencode({"columns": names})]))

    def clear_query(self) -> str:
        """The address of the same list without filters."""
        kept = [(name, self.params[name]) for name in self.frame if self.params.get(name)]
        return urlencode([*kept, *([("view", "plain")] if self.habits.first else [])])

    def get_actions(self) -> list[tuple[Any, str]]:
        """Links above the list: (label, address)."""
        return []

    def head_of(self, column: Any) -> dict[str, Any]:
        """What the column's head shows: its label, the address that sorts by it, and its present order."""
        if not column.sort:
            return {"column": column, "href": "", "order": ""}
        current = self.sort.lstrip("-") == column.sort
        descending = self.sort.startswith("-")
        asked = column.name if current and descending else f"-{column.name}" if current else column.name
        order = ("descending" if descending else "ascending") if current else ""
        query = self.query_without("cursor", "sort")
        return {"column": column, "href": "?" + "&".join(filter(None, [query, f"sort={asked}"])), "order": order}

    def query_without(self, *names: str) -> str:
        pairs = [(key, value) for key, value in self.params.items() if key not in names and value]
        return urlencode(pairs)

    def download(self, kind: str) -> HttpResponseBase:
        """The whole filtered list as a file, with its audit record."""
        if self.rows.order_by()[: export.MAX_ROWS + 1].count() > export.MAX_ROWS:
            # A file cut off at its end would look whole, and its sums would be wrong.
            text = _("This list has more than %(count)s rows: narrow it by its filters before you export it.")
            messages.error(self.request, text % {"count": export.MAX_ROWS})
            return redirect(f"{self.request.path}?{self.query_without('cursor', 'export')}")
        self.record_download(kind)
        return self.file(kind, self.columns, self.reading)

    def record_download(self, kind: str) -> None:
        """The record of a list that leaves; numbers of persons that it was narrowed by are not kept whole."""
        query = without_numbers(self.params.urlencode())
        registry.download_record.get()(self.request, what=self.get_title(), kind=kind, query=query)

    def file(self, kind: str, columns: list[Column], reading: Reading, mark: str = "") -> HttpResponseBase:
        """The rows with these columns."""
        rows = reading.stream(self.rows.order_by(*Order(self.sort).names))
        name = get_valid_filename(f"{self.get_title()}.{kind}")
        if kind == "csv":
            response: HttpResponseBase = StreamingHttpResponse(export.to_csv(columns, rows, mark))
        else:
            response = HttpResponse(export.to_xlsx(self.get_title(), columns, rows, mark))
        response["Content-Type"] = export.MIME[kind]
        response["Content-Disposition"] = content_disposition(name)
        return response


def content_disposition(name: str) -> str:
    """An attachment header for names with Chinese or Mongolian characters (RFC 6266)."""
    return content_disposition_header(True, name) or "attachment"
