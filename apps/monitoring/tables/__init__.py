"""Lists of alarms and rules."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.ledger.tables.authorities import CappedTable
from imbudget.kit.tables import Column, Table


def _covered(gap: Any) -> str:
    return _("not covered") if gap else _("watches")


class AlarmTable(CappedTable):
    columns = (
        Column("number", gettext_lazy("no."), path="pk", kind="code", link=True),
        Column("level", gettext_lazy("level of warning"), kind="state", detail="level"),
        Column("rule", gettext_lazy("code of the rule"), path="rule.code", kind="code"),
        Column("name", gettext_lazy("rule"), path="version.name"),
        Column("unit", gettext_lazy("budget unit"), path="unit.name"),
        Column("amount", gettext_lazy("amount concerned"), kind="money", total="amount"),
        Column("mode", gettext_lazy("what it does")),
        Column("state", gettext_lazy("state"), kind="state"),
        Column("raised_at", gettext_lazy("raised at"), kind="date"),
        Column("due", gettext_lazy("to be answered by"), kind="date"),
        Column("region", gettext_lazy("region"), path="region.name", optional=True),
        Column("request", gettext_lazy("payment request"), path="request.number", kind="code", optional=True),
        Column("refund", gettext_lazy("to be refunded"), kind="money", total="refund", optional=True),
        Column("adjust", gettext_lazy("to be adjusted in the books"), kind="money", total="adjust", optional=True),
        Column("violation", gettext_lazy("type of violation"), path="violation.name", optional=True),
    )
    default_sort = "-pk"


class RuleTable(Table):
    columns = (
        Column("code", gettext_lazy("code of the rule"), kind="code", link=True, sort="code"),
        Column("name", gettext_lazy("name"), path="current.name"),
        Column("theme", gettext_lazy("theme"), path="current.theme"),
        Column("mode", gettext_lazy("what it does"), path="current.mode"),
        Column("level", gettext_lazy("level of warning"), path="current.level", kind="state", detail="current__level"),
        Column("phase", gettext_lazy("phase"), path="current.phase"),
        Column("covered", gettext_lazy("covered"), reads=("gap",), of=_covered),
        Column("state", gettext_lazy("state"), path="current.state", kind="state", detail="current__state"),
        Column("region", gettext_lazy("region"), path="region.name"),
        Column("basis", gettext_lazy("regulation"), path="current.basis", optional=True),
        Column("setter", gettext_lazy("set by"), optional=True),
        Column("gap", gettext_lazy("what is missing"), optional=True),
    )
    default_sort = "code"
    search = ("code", "current__name_zh_hans")
