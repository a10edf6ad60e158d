"""Lists of the treasury's desk: days of accounts, messages sent and received."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.ledger.tables.authorities import CappedTable
from imbudget.kit.tables import Column


class DayTable(CappedTable):
    columns = (
        Column("day", _("day"), kind="code", link=True),
        Column("account", _("account to pay from"), path="account.name"),
        Column("ledger_sum", _("ledger"), kind="money", total="ledger_sum"),
        Column("bank_sum", pgettext_lazy("reconciliation", "bank"), kind="money", total="bank_sum"),
        Column("treasury_sum", pgettext_lazy("reconciliation", "treasury"), kind="money", total="treasury_sum"),
        Column("matched", _("matched"), kind="count"),
        Column("unsettled", _("differences"), kind="count", total="unsettled"),
        Column("state", _("state"), kind="state"),
        Column("region", _("region"), path="region.name"),
        Column("compared_at", _("compared at"), kind="date", optional=True),
        Column("closed_by", _("closed by"), path="closed_by.name", optional=True),
        Column("closed_at", _("closed at"), kind="date", optional=True),
    )
    default_sort = "-day"


def _named(number: Any) -> str:
    return str(number or "–")


class SentTable(CappedTable):
    columns = (
        Column("name", _("message"), kind="code", link=True),
        Column("kind", _("kind of message")),
        Column("voucher", _("payment voucher"), reads=("voucher__number",), of=_named, kind="code"),
        Column("state", _("state"), kind="state"),
        Column("tries", _("tries"), kind="count"),
        Column("says", _("answer to the query")),
        Column("trouble", _("last trouble")),
        Column("sent_at", _("sent at"), kind="date"),
        Column("link", _("connection"), path="link.name"),
        Column("due", _("next try"), kind="date", optional=True),
        Column("made_at", _("made at"), kind="date", optional=True),
    )
    default_sort = "-pk"
    search = ("name",)


class ReceivedTable(CappedTable):
    columns = (
        Column("received_at", _("received at"), kind="date", link=True),
        Column("state", _("state"), kind="state"),
        Column("voucher", _("payment voucher"), reads=("voucher__number",), of=_named, kind="code"),
        Column("trouble", _("why it is not believed")),
        Column("times", _("times received"), kind="count"),
        Column("size", _("size in bytes"), kind="count"),
        Column("link", _("connection"), path="link.name"),
        Column("digest", _("digest"), kind="code", optional=True),
        Column("done_at", _("taken into account at"), kind="date", optional=True),
    )
    default_sort = "-pk"
