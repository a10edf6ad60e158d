"""The one list page: columns, filters, search, order, keyset pages, totals, saved views, exports."""

from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Count, Q, Sum
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.http import content_disposition_header
from django.utils.text import get_valid_filename
from django.utils.translation import gettext as _

from imbudget.kit import export, registry
from imbudget.kit.filters import FilterForm
from imbudget.kit.paging import BadCursor, Page, paginate
from imbudget.kit.tables import Table
from imbudget.kit.text import printable, search_key
from imbudget.kit.text import strip as strip_text
from imbudget.kit.views.base import KitView, ScopedMixin

COUNT_CAP = 10_000


class ListPage(ScopedMixin, KitView):
    """A list is a model, a table and (often) a filter form; everything else is here.

    Query parameters: the filters' names, `q` (search), `sort`, `cursor`, `view` (a saved view), `export`.
    An htmx request gets the part `rows` of the same template from the same checks.
    """

    table: type[Table]
    filters: type[FilterForm] = FilterForm
    template_name = "kit/list.html"
    page_size = 50
    empty_text: Any = ""
    actions: tuple[Any, ...] = ()

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        if request.GET.get("export") in export.MIME:
            return self.download(request.GET["export"])
        return TemplateResponse(request, self.template(), self.get_context_data())

    def template(self) -> str:
        if self.request.htmx and not self.request.htmx.boosted:
            return f"{self.template_name}#rows"
        return self.template_name

    def initial_query(self) -> dict[str, Any]:
        """What the list shows when its address asks for nothing: most lists begin with the round at work."""
        return {}

    @cached_property
    def params(self) -> Any:
        """The query in force: the address, or what the list begins with."""
        if self.request.GET:
            return self.request.GET
        initial = QueryDict(mutable=True)
        initial.update({key: str(value) for key, value in self.initial_query().items()})
        return initial

    @cached_property
    def filter_form(self) -> FilterForm:
        form = self.filters(self.params or None, actor=self.actor)
        form.is_valid()
        return form

    @cached_property
    def sort(self) -> str:
        asked = self.params.get("sort", "")
        column = self.table.column(asked.lstrip("-"))
        if column and column.sort:
            return ("-" if asked.startswith("-") else "") + column.sort
        return self.table.default_sort

    @cached_property
    def rows(self) -> Any:
        """The rows after scope, filters and search."""
        rows = self.filter_form.narrow(self.get_queryset())
        text = strip_text(printable(self.params.get("q", "")))
        if text and self.table.search:
            rows = rows.filter(self._found(text))
        return rows

    def _found(self, text: str) -> Q:
        """Search keys hold folded text; other fields hold it as it was written."""
        wanted = Q()
        for field in self.table.search:
            folded = field.endswith("search_key")
            wanted |= Q(**{f"{field}__contains": search_key(text)} if folded else {f"{field}__icontains": text})
        return wanted

    def page(self) -> Page:
        rows = self.rows.for_list()
        try:
            return paginate(rows, self.sort, self.page_size, self.params.get("cursor", ""))
        except BadCursor:
            messages.warning(self.request, _("That page address is not valid any more; here is the first page."))
            return paginate(rows, self.sort, self.page_size)

    def totals(self) -> dict[str, Any]:
        """Count of rows and sums of the columns that have a total, over all pages."""
        sums = {column.name: Sum(column.total) for column in self.table.columns if column.total}
        if sums:
            return self.rows.order_by().aggregate(count=Count("pk"), **sums)
        return {"count": self.rows.order_by()[: COUNT_CAP + 1].count()}

    def get_context_data(self) -> dict[str, Any]:
        page, totals = self.page(), self.totals()
        unit = self.request.money_unit
        columns = list(self.table.columns)
        foot = [columns[0].label] + [totals.get(c.name) if c.total else None for c in columns[1:]]
        return {
            "title": self.get_title(),
            "crumbs": self.get_crumbs(),
            "table": self.table,
            "heads": [self.head(column) for column in columns],
            "rows": [{"object": row, "cells": self.table.cells(row, unit)} for row in page.rows],
            "page": page,
            "count": totals["count"],
            "count_capped": totals["count"] > COUNT_CAP and len(totals) == 1,
            "totals": [(column, value) for column, value in zip(columns, foot, strict=True)],
            "has_totals": any(column.total for column in columns),
            "filter_form": self.filter_form,
            "searchable": bool(self.table.search),
            "search_text": self.params.get("q", ""),
            "query": self.query_without("cursor"),
            "export_query": self.query_without("cursor", "export", "view"),
            "saved_views": registry.saved_views.get().of(self.actor, self.request.path),
            "empty_text": self.empty_text,
            "narrowed": bool(self.request.GET) and bool(self.query_without("cursor", "sort", "view", "export")),
            "actions": self.get_actions(),
        }

    def get_actions(self) -> list[tuple[Any, str]]:
        """Links above the list: (label, address)."""
        return []

    def head(self, column: Any) -> dict[str, Any]:
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
        rows = self.rows.for_list().order_by(self.sort, "pk")
        registry.download_record.get()(self.request, what=self.get_title(), kind=kind, query=self.params.urlencode())
        name = get_valid_filename(f"{self.get_title()}.{kind}")
        if kind == "csv":
            response: HttpResponseBase = StreamingHttpResponse(export.to_csv(self.table.columns, rows.iterator(2000)))
        else:
            response = HttpResponse(export.to_xlsx(self.get_title(), self.table.columns, rows.iterator(2000)))
        response["Content-Type"] = export.MIME[kind]
        response["Content-Disposition"] = content_disposition(name)
        return response


def content_disposition(name: str) -> str:
    """An attachment header for names with Chinese or Mongolian characters (RFC 6266)."""
    return content_disposition_header(True, name) or "attachment"
