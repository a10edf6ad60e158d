"""Lists of payment requests."""

from django.utils.translation import gettext_lazy as _

from apps.ledger.tables.authorities import CappedTable
from imbudget.kit.tables import Column


class RequestTable(CappedTable):
    columns = (
        Column("number", _("number of the request"), kind="code", link=True),
        Column("unit", _("budget unit"), path="unit.name"),
        Column("purpose", _("purpose")),
        Column("business", _("type of business")),
        Column("total", _("total"), kind="money", total="total"),
        Column("paid", _("paid"), kind="money", total="paid"),
        Column("state", _("state"), kind="state"),
        Column("submitted_at", _("handed in at"), kind="date"),
        Column("paid_out", _("paid out"), kind="money", total="paid_out", optional=True),
        Column("held", _("on its way"), kind="money", total="held", optional=True),
        Column("region", _("region"), path="region.name", optional=True),
        Column("settlement", _("way of settling"), optional=True),
        Column("author", _("author"), path="author.name", optional=True),
        Column("created_at", _("created at"), kind="date", optional=True),
        Column("year", _("fiscal year"), path="year_id", kind="code", optional=True),
    )
    default_sort = "-pk"
    search = ("number", "purpose")
