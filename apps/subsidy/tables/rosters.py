"""Lists of rosters, their lines and objections to them."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.ledger.tables.authorities import CappedTable
from apps.subsidy.models import masked_id
from imbudget.kit.fields import mask_account
from imbudget.kit.tables import Column, Table


class RosterTable(CappedTable):
    columns = (
        Column("subsidy", _("subsidy"), path="subsidy.name", link=True),
        Column("year", _("fiscal year"), path="year_id", kind="code"),
        Column("instalment", _("instalment"), kind="count"),
        Column("unit", _("budget unit"), path="unit.name"),
        Column("place", _("sumu or town"), path="place.name"),
        Column("households", _("households"), path="count", kind="count"),
        Column("total", _("total"), kind="money", total="total"),
        Column("stops", _("findings that stop"), kind="count"),
        Column("warns", _("warnings"), kind="count"),
        Column("state", _("state"), kind="state"),
        Column("region", _("region"), path="region.name", optional=True),
        Column("share", _("share of the year, %"), kind="count", optional=True),
        Column("public_until", _("before the public until"), kind="date", optional=True),
        Column("created_at", _("created at"), kind="date", optional=True),
    )
    default_sort = "-pk"


def to_line(row: Any) -> str:
    """The page of a line."""
    return reverse("subsidy:line", args=[row.pk])


class LineTable(CappedTable):
    columns = (
        Column("number", _("no."), kind="count", sort="number", link=to_line),
        Column("name", _("payee"), personal=True),
        Column("id_number", _("identity number"), reads=("id_number",), of=masked_id, kind="code", personal=True),
        Column("card", _("card"), reads=("card",), of=mask_account, kind="code", personal=True),
        Column("sumu", _("sumu or town"), path="sumu.name", optional=True),
        Column("gacha", _("gacha or village"), path="gacha.name"),
        Column("quantity", _("quantity"), kind="count"),
        Column("deduction", _("deduction"), kind="money", optional=True),
        Column("amount", _("amount"), kind="money", total="amount", sort="amount"),
        Column("outcome", _("outcome"), kind="state", detail="outcome"),
        Column("reason", _("reason")),
        Column("paid_on", _("paid on"), kind="date", optional=True),
        Column("tries", _("tries"), kind="count", optional=True),
        Column("code", _("household code"), kind="code", optional=True),
    )
    default_sort = "number"
    search = ("name", "code")


class ObjectionTable(Table):
    columns = (
        Column("pk", _("number"), reads=("pk",), of=lambda pk: f"№ {pk}", kind="code", link=True, sort="pk"),
        Column("subsidy", _("subsidy"), path="roster.subsidy.name"),
        Column("unit", _("budget unit"), path="unit.name"),
        Column("line", _("line"), path="line.number", kind="count"),
        Column("ground", _("objection and its grounds")),
        Column("state", _("state"), kind="state"),
        Column("filed_at", _("filed at"), kind="date"),
        Column("answered_at", _("answered at"), kind="date", optional=True),
    )
    default_sort = "-pk"
