"""Lists of authorities, postings and entries."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from imbudget.kit.actor import Actor
from imbudget.kit.tables import Column, Table

SUMMED = 10_000  # rows that are added up; for more the page only says that there are more


class CappedTable(Table):
    """Amounts are added up as far as a reader compares them; a ledger of a million lines has its trial balance."""

    @classmethod
    def sums(cls, actor: Actor, filters: Any, rows: QuerySet, columns: Sequence[Column]) -> dict[str, Any]:
        few = rows.order_by()[: SUMMED + 1]
        # A sum must not have the name of what it adds up, where that is worked out for each row.
        found = few.aggregate(count=Count("*"), **{f"sum_{column.name}": Sum(column.total) for column in columns})
        if found["count"] > SUMMED:
            return {"count": found["count"]}
        return {name.removeprefix("sum_"): value for name, value in found.items()}


def coded(code: str | None, name: str | None) -> str:
    """A code with its name."""
    return f"{code}-{name}" if code else ""


def code_column(name: str, label: Any, optional: bool = False) -> Column:
    """A classification as code-name."""
    return Column(name, label, reads=(f"{name}__code", f"{name}__name"), of=coded, optional=optional)


def numbered(pk: int) -> str:
    """The number of an authority or a posting as people write it."""
    return f"№ {pk}"


def balance_column(name: str, label: Any, optional: bool = False) -> Column:
    """One sum of the balance."""
    return Column(name, label, reads=(f"balance__{name}",), of=lambda amount: amount, kind="money",
                  total=f"balance__{name}", optional=optional)  # fmt: skip


class AuthorityTable(CappedTable):
    columns = (
        Column("pk", _("number"), reads=("pk",), of=numbered, kind="code", link=True, sort="pk"),
        Column("state", _("state"), kind="state"),
        Column("unit", _("budget unit"), path="unit.name"),
        code_column("function", _("function")),
        balance_column("amount", _("amount")),
        Column("current", _("issued"), kind="money", total="current", optional=True),
        Column("cleared", _("cleared at the year's end"), kind="money", total="cleared", optional=True),
        balance_column("reserved", _("applied for")),
        balance_column("spent", _("paid")),
        balance_column("available", _("available")),
        balance_column("increased", _("increased")),
        balance_column("decreased", _("decreased")),
        code_column("department_economic", _("department economic class")),
        code_column("fund", _("fund type")),
        Column("project_code", _("project code"), kind="code"),
        Column("document_number", _("document number"), kind="code"),
        Column("region", _("region"), path="region.name"),
        Column("year", _("fiscal year"), path="year_id", kind="code", optional=True),
        Column("unit_code", _("unit code"), path="unit.code", kind="code", optional=True),
        code_column("government_economic", _("government economic class"), optional=True),
        Column("kind", _("kind of expenditure"), optional=True),
        Column("authority_type", _("type of authority"), optional=True),
        Column("source", _("source of the budget"), optional=True),
        Column("receiving_region", _("receiving region"), path="receiving_region.name", optional=True),
        Column("upper_document_number", _("document number of the upper level"), kind="code", optional=True),
        Column("summary", _("summary"), optional=True),
        Column("created_at", _("created at"), kind="date", optional=True),
    )
    default_sort = "-pk"
    search = ("unit__search_key", "document__number", "project_code", "summary")


class PostingTable(CappedTable):
    columns = (
        Column("pk", _("number"), reads=("pk",), of=numbered, kind="code", link=True, sort="pk"),
        Column("event", _("event")),
        Column("total", _("total"), kind="money", total="total"),
        Column("document", _("document number"), path="document.number", kind="code"),
        Column("unit", _("budget unit"), path="unit.name"),
        Column("region", _("region"), path="region.name"),
        Column("user_name", _("person")),
        Column("post_label", _("post")),
        Column("posted_at", _("posted at"), kind="date"),
        Column("summary", _("summary")),
        Column("year", _("fiscal year"), path="year_id", kind="code", optional=True),
        Column("key", _("key"), kind="code", optional=True),
    )
    default_sort = "-pk"
    search = ("key", "summary", "user_name")


def _on_its_posting(row: Any) -> str:
    return f"{reverse('ledger:posting', args=[row.posting_id])}#entry-{row.number}"


def _if_of_a_unit(row: Any) -> str:
    return _on_its_posting(row) if row.posting__unit_id else ""


def _its_document(row: Any) -> str:
    return reverse("ledger:document", args=[row.posting__document_id]) if row.posting__document_id else ""


def _its_own_document(row: Any) -> str:
    return _its_document(row) if row.posting__unit_id else ""


def _its_authority(row: Any) -> str:
    return reverse("ledger:authority", args=[row.authority_id])


def _entry_columns(to_posting: Any, to_document: Any) -> tuple[Column, ...]:
    reads = ("posting_id", "number", "posting__unit_id")
    document_reads = ("posting__document_id", "posting__unit_id")
    return (
        Column("posting", _("posting"), reads=("posting_id",), of=numbered, kind="code", link=to_posting,
               link_reads=reads),
        Column("event", _("event"), path="posting.event"),
        code_column("account", _("account")),
        Column("authority", _("authority"), reads=("authority_id",), of=numbered, kind="code", link=_its_authority,
               link_reads=("authority_id",)),
        Column("unit", _("budget unit"), path="authority.unit.name"),
        Column("debit", _("debit"), path="debited", kind="money", total="debited"),
        Column("credit", _("credit"), path="credited", kind="money", total="credited"),
        Column("document", _("document number"), path="posting.document.number", kind="code", link=to_document,
               link_reads=document_reads),
        Column("user_name", _("person"), path="posting.user_name"),
        Column("posted_at", _("posted at"), path="posting.posted_at", kind="date"),
        Column("post_label", _("post"), path="posting.post_label", optional=True),
        Column("summary", _("summary"), path="posting.summary", optional=True),
    )  # fmt: skip


class EntryTable(CappedTable):
    columns = _entry_columns(_on_its_posting, _its_document)
    default_sort = "-pk"


class UnitEntryTable(CappedTable):
    """For a unit: what finance has posted by a document of many units is no page of the unit's."""

    columns = _entry_columns(_if_of_a_unit, _its_own_document)
    default_sort = "-pk"
