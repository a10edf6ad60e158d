"""Lists of the budget."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet, Sum
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.budget.checks import LABELS
from apps.budget.models import BudgetRound, Summary
from apps.budget.models.checking import in_language
from imbudget.kit.actor import Actor, Reach
from imbudget.kit.tables import Column, Table


class SheetTable(Table):
    columns = (
        Column("unit_code", _("unit code"), path="unit.code", kind="code"),
        Column("unit", _("budget unit"), path="unit.name", link=True),
        Column("region", _("region"), path="region.name"),
        Column("year", _("fiscal year"), path="year_id", kind="code"),
        Column("round", _("round")),
        Column("state", _("state"), kind="state", sort="state"),
        Column("total", _("total"), kind="money", sort="total", total="total"),
        Column("updated_at", _("updated at"), kind="date", sort="updated_at"),
        Column("department", _("competent department"), path="unit.department.name", optional=True),
        Column("declared_total", _("declared total"), kind="money", total="declared_total", optional=True),
        Column("submitted_at", _("submitted at"), kind="date", optional=True),
        Column("return_reason", _("reason of return"), optional=True),
        Column("note", _("note"), optional=True),
    )
    default_sort = "-updated_at"
    search = ("unit__search_key",)


def _coded(code: str | None, name: str | None) -> str:
    return f"{code}-{name}" if code else ""


def _code(name: str, label: Any) -> Column:
    """A classification as code-name."""
    return Column(name, label, reads=(f"{name}__code", f"{name}__name"), of=_coded)


def _on_its_sheet(row: Any) -> str:
    return f"{reverse('budget:sheet', args=[row.sheet_id])}#line-{row.number}"


class LineTable(Table):
    columns = (
        Column("region", _("region"), path="region.name"),
        Column("unit", _("budget unit"), path="unit.name", link=_on_its_sheet, link_reads=("sheet_id", "number")),
        Column("project_name", _("project name")),
        _code("function", _("function")),
        _code("department_economic", _("department economic class")),
        Column("amount", _("amount"), kind="money", sort="amount", total="amount"),
        Column("prior_approved", _("approved last year"), kind="money", total="prior_approved"),
        Column("prior_executed", _("executed last year"), kind="money", total="prior_executed"),
        _code("government_economic", _("government economic class")),
        _code("fund", _("fund type")),
        Column("project_code", _("project code"), kind="code"),
        Column("kind", _("kind of expenditure"), optional=True),
        Column("unit_code", _("unit code"), path="unit.code", kind="code", optional=True),
        Column("year", _("fiscal year"), path="year_id", kind="code", optional=True),
        Column("round", _("round"), optional=True),
        Column("state", _("state"), path="sheet.state", kind="state", optional=True),
        Column("number", _("line number"), kind="count", optional=True),
        Column("note", _("note"), optional=True),
    )
    default_sort = "-pk"
    search = ("unit__search_key", "project_name", "function__search_key", "department_economic__search_key")
    # What the roll-up knows. A list over all regions is added up there, from a fraction of the rows; for one league
    # or region the lines themselves are as quick.
    rolled_up = frozenset({"year", "round", "function", "department_economic", "fund"})

    @classmethod
    def sums(cls, actor: Actor, filters: Any, rows: QuerySet, columns: Sequence[Column]) -> dict[str, Any]:
        if actor.reach != Reach.EVERYTHING or not set(filters.chosen) <= cls.rolled_up:
            return super().sums(actor, filters, rows, columns)
        kept = filters.narrow(Summary.objects.visible_to(actor))
        found = kept.aggregate(count=Sum("line_count"), **{column.name: Sum(column.total) for column in columns})
        return found | {"count": found["count"] or 0}


def _or_pool(department: str | None) -> Any:
    """The department that a figure is for; a figure without one is the region's pool."""
    return department or _("pool of the region")


class ControlTable(Table):
    columns = (
        Column("department", _("competent department"), reads=("department__name",), of=_or_pool),
        Column("unit", _("budget unit"), path="unit.name"),
        # A pool has neither of them: what every figure has leads to its page.
        Column("fund", _("fund type"), reads=("fund__code", "fund__name"), of=_coded, link=True),
        Column("kind", _("kind of expenditure")),
        Column("amount", _("control figure"), kind="money", sort="amount"),
        Column("state", _("state"), kind="state", sort="state"),
        Column("number", _("version"), kind="count", sort="number"),
        Column("reason", _("reason of the cut")),
        Column("document", _("document number")),
        Column("issued_at", _("issued at"), kind="date", optional=True),
        Column("region", _("region"), path="region.name", optional=True),
        Column("unit_code", _("unit code"), path="unit.code", kind="code", optional=True),
        Column("year", _("fiscal year"), path="year_id", kind="code", optional=True),
        Column("updated_at", _("updated at"), kind="date", sort="updated_at", optional=True),
    )
    default_sort = "-pk"
    search = ("unit__search_key",)


def _check_label(code: str) -> str:
    return str(LABELS.get(code, code))


def _of_finding(row: Any) -> str:
    """Where the finding lies: its line or its sheet; a whole region has no page of its own."""
    if row.sheet_id is None:
        return ""
    return reverse("budget:sheet", args=[row.sheet_id]) + (f"?tab=lines#line-{row.line}" if row.line else "?tab=checks")


class FindingTable(Table):
    columns = (
        Column("level", _("level"), kind="state", detail="level"),
        Column("check", _("check"), reads=("code",), of=_check_label),
        Column("region", _("region"), path="region.name"),
        Column("unit", _("budget unit"), path="unit.name"),
        Column("line", _("line number")),
        Column(
            "text", _("finding"), reads=("texts",), of=in_language, link=_of_finding, link_reads=("sheet_id", "line")
        ),
        Column("basis", _("basis"), reads=("bases",), of=in_language),
        Column("unit_code", _("unit code"), path="unit.code", kind="code", optional=True),
        Column("region_code", _("division code"), path="region.code", kind="code", optional=True),
    )
    default_sort = "pk"
    search = ("unit__search_key",)


class StaffTable(Table):
    columns = (
        Column("unit_code", _("unit code"), path="unit.code", kind="code"),
        Column("unit", _("budget unit"), path="unit.name", link=True),
        Column("region", _("region"), path="region.name"),
        Column("category", _("staff category"), path="category.name"),
        Column("people", _("head count"), kind="count", sort="people", total="people"),
        Column("as_of", _("as of"), kind="date"),
        Column("source", _("source document")),
        Column("year", _("fiscal year"), path="year_id", kind="code", optional=True),
        Column("updated_at", _("updated at"), kind="date", optional=True),
    )
    default_sort = "-pk"
    search = ("unit__search_key",)


class StaffChangeTable(Table):
    columns = (
        Column("unit_code", _("unit code"), path="unit.code", kind="code"),
        Column("unit", _("budget unit"), path="unit.name", link=True),
        Column("region", _("region"), path="region.name"),
        Column("state", _("state"), kind="state"),
        Column("as_of", _("as of"), kind="date"),
        Column("in_force", _("in force from"), kind="date"),
        Column("source", _("source document")),
        Column("created_at", _("created at"), kind="date"),
        Column("year", _("fiscal year"), path="year_id", kind="code", optional=True),
    )
    default_sort = "-pk"
    search = ("unit__search_key",)


class StandardTable(Table):
    columns = (
        Column("economic", _("department economic class"), kind="code", sort="economic", link=True),
        Column("category", _("staff category"), path="category.name"),
        Column("nature", _("nature of unit")),
        Column("amount", _("amount a year"), kind="money", sort="amount"),
        Column("kind", _("kind of standard")),
        Column("region", _("region"), path="region.name"),
        Column("valid_from", _("valid from year"), kind="code"),
        Column("valid_to", _("valid to year"), kind="code"),
        Column("source", _("source document")),
    )
    default_sort = "economic"
    search = ("economic", "category__code")


class StandardChangeTable(Table):
    columns = (
        Column("economic", _("department economic class"), kind="code", link=True),
        Column("category", _("staff category"), path="category.name"),
        Column("nature", _("nature of unit")),
        Column("before", _("amount before"), kind="money"),
        Column("amount", _("amount a year"), kind="money"),
        Column("state", _("state"), kind="state"),
        Column("region", _("region"), path="region.name"),
        Column("valid_from", _("valid from year"), kind="code"),
        Column("source", _("source document")),
        Column("created_at", _("created at"), kind="date"),
    )
    default_sort = "-pk"
    search = ("economic",)


class RoundsTable(Table):
    """The four rounds as a file; the page shows the same columns."""

    columns = (
        Column("code", _("code"), kind="code"),
        Column("label", _("name")),
        Column("first_up", BudgetRound.FIRST_UP.label, kind="money"),
        Column("first_down", BudgetRound.FIRST_DOWN.label, kind="money"),
        Column("first_down_change", _("difference"), kind="money"),
        Column("second_up", BudgetRound.SECOND_UP.label, kind="money"),
        Column("second_up_change", _("difference"), kind="money"),
        Column("second_down", BudgetRound.SECOND_DOWN.label, kind="money"),
        Column("second_down_change", _("difference"), kind="money"),
        Column("reason", _("reason of the cut")),
    )
