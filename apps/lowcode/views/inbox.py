"""The one inbox of the product (待办/已办/我发起的/抄送我的), and bulk approval from it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.codes.workdays import Calendar, calendars_of
from apps.lowcode.filters import DoneFilter, MineFilter, PlaceFilter, TodoFilter
from apps.lowcode.forms import BulkForm
from apps.lowcode.models import Case, Task
from apps.lowcode.selectors import inbox
from apps.lowcode.services import tasks as task_services
from apps.lowcode.tables import CopiedTable, DoneTable, MineTable, TodoTable
from imbudget.kit.search import holds
from imbudget.kit.signatures import proof_before
from imbudget.kit.tables import Cell, Table
from imbudget.kit.views import KitView, ListPage
from imbudget.kit.views.base import Crumb

SOON = 1  # working days: as near as this a deadline is marked


@dataclass(frozen=True, slots=True)
class Shelf:
    """One of the four lists of the inbox."""

    label: str | Promise
    model: Any
    rows: Callable[[Any], Any]
    table: type[Table]
    filters: type[PlaceFilter]
    empty_text: str | Promise


SHELVES = {
    "todo": Shelf(
        gettext_lazy("to do"),
        Task,
        inbox.to_do,
        TodoTable,
        TodoFilter,
        gettext_lazy("Nothing waits for you."),
    ),
    "done": Shelf(
        gettext_lazy("decided by me"),
        Task,
        inbox.done,
        DoneTable,
        DoneFilter,
        gettext_lazy("What you have decided will stand here."),
    ),
    "mine": Shelf(
        gettext_lazy("sent off by me"),
        Case,
        inbox.mine,
        MineTable,
        MineFilter,
        gettext_lazy("You have sent no document into approval yet."),
    ),
    "copied": Shelf(
        gettext_lazy("copied to me"),
        Task,
        inbox.copied,
        CopiedTable,
        DoneFilter,
        gettext_lazy("Nobody has sent you a copy."),
    ),
}


class Inbox(ListPage):
    """Which of the four lists is shown stands in `tab`."""

    grant = "lowcode.act"
    title = gettext_lazy("inbox")
    template_name = "lowcode/inbox.html"
    frame = ("tab",)

    @cached_property
    def tab(self) -> str:
        asked = self.params.get("tab", "")
        return asked if asked in SHELVES else "todo"

    @property
    def shelf(self) -> Shelf:
        return SHELVES[self.tab]

    @property
    def model(self) -> Any:
        return self.shelf.model

    @property
    def table(self) -> type[Table]:
        return self.shelf.table

    @property
    def filters(self) -> type[PlaceFilter]:
        return self.shelf.filters

    @property
    def empty_text(self) -> Any:
        return self.shelf.empty_text

    def get_title(self) -> str:
        return f"{self.title} · {self.shelf.label}"

    def get_queryset(self) -> Any:
        return self.shelf.rows(self.actor)

    @cached_property
    def rows(self) -> Any:
        """Searched by the documents of one's own tasks: the table of all cases is not looked through."""
        if self.search_text and self.model is Task:
            return self.narrowed_rows.filter(holds("case__label", self.search_text))
        return super().rows

    def get_context_data(self) -> dict[str, Any]:
        context = super().get_context_data()
        if self.model is Task:
            self._count_days(context["rows"])
        else:
            self._name_holders(context["rows"])
        counts = inbox.counts(self.actor)
        return context | {
            "tab": self.tab,
            "shelves": [(name, shelf.label, counts[name]) for name, shelf in SHELVES.items()],
            "bulk": self.tab == "todo" and bool(context["rows"]),
            "bulk_form": BulkForm(),
        }

    def _count_days(self, rows: list[dict[str, Any]]) -> None:
        """Working days left instead of the day on which a task is due: two queries for the whole page."""
        if not any(column.name == "left" for column in self.linked):
            return
        calendars = calendars_of({row["object"].read("case__region_id") for row in rows})
        for row in rows:
            task = row["object"]
            calendar = calendars[task.read("case__region_id")]
            row["cells"] = [
                _left(cell, task, calendar) if cell.column.name == "left" else cell for cell in row["cells"]
            ]

    def _name_holders(self, rows: list[dict[str, Any]]) -> None:
        if not any(column.name == "holder" for column in self.linked):
            return
        holders = inbox.holders_of([row["object"].pk for row in rows])
        for row in rows:
            text = holders.get(row["object"].pk, "")
            row["cells"] = [replace(cell, text=text) if cell.column.name == "holder" else cell for cell in row["cells"]]


def _left(cell: Cell, task: Any, calendar: Calendar) -> Cell:
    """How long there is time, in working days, as a tag."""
    due = task.read("due")
    if due is None:
        return replace(cell, text="—", state="")
    days = calendar.between(timezone.localdate(), due)
    return replace(
        cell, text=inbox.words_for_days(days), state="overdue" if days < 0 else "due" if days <= SOON else "ok"
    )


class InboxApprove(KitView):
    """Approves several tasks, each by itself: what is refused says why and leaves the others alone."""

    grant = "lowcode.act"
    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        form = BulkForm(request.POST)
        if not form.is_valid():  # a signature is for good: none is given without the words that were to go with it
            for text in form.errors.get("opinion", ()):
                messages.error(request, _("Nothing was approved. The opinion: %(reason)s") % {"reason": text})
            return redirect("lowcode:inbox")
        asked = [int(text) for text in request.POST.getlist("row")[:100] if text.isdecimal() and len(text) < 19]
        tasks = inbox.to_do(self.actor).filter(pk__in=asked).select_related("case", "post").order_by("-pk")
        page = proof_before(request, *tasks.values_list("case__subject", flat=True).order_by().distinct())
        if page is not None:
            return page
        results = task_services.approve_many(self.actor, tasks, opinion=form.cleaned_data["opinion"])
        context = {
            "title": _("bulk approval"),
            "crumbs": [Crumb(_("inbox"), reverse("lowcode:inbox"))],
            "results": results,
            "approved": sum(not outcome.refusal for outcome in results),
        }
        return TemplateResponse(request, "lowcode/bulk.html", context)
