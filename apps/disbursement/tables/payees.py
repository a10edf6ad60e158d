"""Lists of payees, contracts and plans."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.ledger.tables.authorities import CappedTable
from imbudget.kit.fields import mask_account
from imbudget.kit.tables import Column


def _standing(is_open: bool) -> Any:
    return pgettext_lazy("payee", "open") if is_open else pgettext_lazy("payee", "closed")


def _yes(value: bool) -> Any:
    return _("yes") if value else ""


class PayeeTable(CappedTable):
    columns = (
        Column("name", _("payee"), link=True, sort="key", personal=True),
        Column("kind", _("kind of payee")),
        Column("account", _("account of the payee"), reads=("account",), of=mask_account, kind="code", personal=True),
        Column("bank_name", _("bank of the payee")),
        Column("is_staff", _("staff of the unit"), reads=("is_staff",), of=_yes),
        Column("unit", _("budget unit"), path="unit.name"),
        Column("is_open", _("state"), reads=("is_open",), of=_standing),
        Column("origin", _("from where"), optional=True),
        Column("region", _("region"), path="region.name", optional=True),
        Column("created_at", _("created at"), kind="date", optional=True),
    )
    default_sort = "name"
    search = ("key",)


class ContractTable(CappedTable):
    columns = (
        Column("number", _("number of the contract"), kind="code", link=True),
        Column("name", _("name of the contract")),
        Column("unit", _("budget unit"), path="unit.name"),
        Column("payee", _("payee"), path="payee.name"),
        Column("amount", _("amount of the contract"), kind="money", total="amount"),
        Column("retention", _("retention money"), kind="money", total="retention"),
        Column("retention_until", _("retention kept until"), kind="date", optional=True),
        Column("signed_on", _("signed on"), kind="date"),
        Column("state", _("state"), kind="state"),
        Column("region", _("region"), path="region.name", optional=True),
    )
    default_sort = "-pk"
    search = ("number", "name")


class PlanTable(CappedTable):
    columns = (
        Column("number", _("number of the plan"), kind="code", link=True),
        Column("unit", _("budget unit"), path="unit.name"),
        Column("year", _("fiscal year"), path="year_id", kind="code"),
        Column("reason", _("reason")),
        Column("total", _("total"), kind="money", total="total"),
        Column("state", _("state"), kind="state"),
        Column("region", _("region"), path="region.name", optional=True),
        Column("created_at", _("created at"), kind="date", optional=True),
    )
    default_sort = "-pk"
    search = ("number", "reason")
