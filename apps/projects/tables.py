"""Lists of the project library."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from imbudget.kit.actor import Actor
from imbudget.kit.tables import Column, Table

SUMMED = 10_000  # rows that are added up; for more the page only says that there are more


def _term(start: int | None, end: int | None) -> str:
    return str(start or "") if start == end else f"{start}–{end}"


class ProjectTable(Table):
    columns = (
        Column("code", _("project code"), kind="code", link=True, sort="code"),
        Column("name", _("project name"), link=True),
        Column("unit", _("budget unit"), path="unit.name"),
        Column("region", _("region"), path="region.name"),
        Column("category", _("category"), path="category.name"),
        Column("kind", _("kind of project")),
        Column("term", _("term"), reads=("start_year", "end_year"), of=_term),
        Column("total", _("total amount"), kind="money", sort="total", total="total"),
        Column("state", _("state"), kind="state", sort="state"),
        Column("urgency", _("urgency")),
        Column("updated_at", _("updated at"), kind="date", sort="updated_at"),
        Column("department", _("competent department"), path="department.name", optional=True),
        Column("unit_code", _("unit code"), path="unit.code", kind="code", optional=True),
        Column("setup_year", _("year of set-up"), kind="code", optional=True),
        Column("level", _("level"), optional=True),
        Column("origin", _("new or continued"), optional=True),
        Column("responsible", _("responsible person"), optional=True),
        Column("version", _("version"), kind="count", optional=True),
        Column("submitted_at", _("submitted at"), kind="date", optional=True),
        Column("stored_at", _("stored at"), kind="date", optional=True),
        Column("return_reason", _("reason of return"), optional=True),
    )
    default_sort = "-updated_at"
    search = ("search_key",)

    @classmethod
    def sums(cls, actor: Actor, filters: Any, rows: QuerySet, columns: Sequence[Column]) -> dict[str, Any]:
        """Amounts are added up as far as a reader compares them; a library of a million projects has its overview."""
        few = rows.order_by()[: SUMMED + 1]
        found = few.aggregate(count=Count("*"), **{column.name: Sum(column.total) for column in columns})
        return found if found["count"] <= SUMMED else {"count": found["count"]}
