"""The measures of the roll-out as a file, and the lists of the rows behind them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.codes.workdays import calendars_of
from apps.ledger.tables.authorities import SUMMED, CappedTable
from apps.lowcode.models import Case
from apps.lowcode.subjects import label_of
from imbudget.kit.actor import Actor
from imbudget.kit.tables import Column

ADDED_UP = 2000  # units whose plans are compared with their payments for one foot

KPI_COLUMNS = (
    Column("place", _("region or phase")),
    Column("kpi", _("measure")),
    Column("unit", _("unit")),
    Column("current", _("last 90 days")),
    Column("count", _("number measured"), kind="count"),
    Column("baseline", _("year before the roll-out")),
    Column("change", _("change in percent")),
    Column("target", _("target")),
    Column("met", _("target reached")),
    Column("source", _("source document")),
)


def _working_days(keys: Sequence[Any]) -> Mapping[Any, int]:
    """Case → working days from its hand-in to its last signature, by the calendar of its region. Three queries."""
    rows = list(Case.objects.filter(pk__in=keys).order_by().values_list("pk", "region_id", "started_at", "ended_at"))
    calendars = calendars_of(region for _pk, region, _begun, _ended in rows)
    return {
        pk: calendars[region].between(timezone.localdate(begun), timezone.localdate(ended))
        for pk, region, begun, ended in rows
        if ended is not None
    }


def _hours(begun: datetime, ended: datetime | None) -> str:
    return "" if ended is None else f"{(ended - begun).total_seconds() / 3600:.1f}"


_DOCUMENT = (
    Column("document", _("document"), path="label", link=True),
    Column("subject", _("type of document"), reads=("subject",), of=label_of),
    Column("region", _("region"), path="region.name"),
    Column("unit", _("budget unit"), path="unit.name"),
)
_BEGUN = Column("started_at", _("sent off at"), kind="date")


class DurationTable(CappedTable):
    """Documents that were approved, with how long that took."""

    columns = (
        *_DOCUMENT,
        _BEGUN,
        Column("ended_at", _("ended at"), kind="date"),
        Column("days", _("working days"), kind="count", many=_working_days),
        Column("hours", _("hours"), kind="count", reads=("started_at", "ended_at"), of=_hours),
        Column("amount", _("amount"), kind="money", optional=True),
    )
    search = ("label",)


class ReturnTable(CappedTable):
    """Documents that were handed in, how often, and how often they came back."""

    columns = (
        *_DOCUMENT,
        _BEGUN,
        Column("circulation", _("hand-ins"), kind="count", total="circulation"),
        Column("times", _("times returned"), kind="count", total="times"),
        Column("state", _("state"), kind="state"),
        Column("amount", _("amount"), kind="money", optional=True),
    )
    search = ("label",)


class DueTable(CappedTable):
    """Sheets that were due, and when they came."""

    columns = (
        Column("unit", _("budget unit"), path="unit.name"),
        Column("unit_code", _("unit code"), path="unit.code", kind="code"),
        Column("region", _("region"), path="region.name"),
        Column("year", _("fiscal year"), path="year_id", kind="code"),
        Column("round", _("round")),
        Column("due", _("due"), kind="date"),
        Column("handed_on", _("handed in on"), kind="date"),
        Column("on_time", _("on time"), kind="count", total="on_time"),
    )


class PlannedTable(CappedTable):
    """Units with a plan of use: how far what is paid is from what was planned up to the day of the figure."""

    columns = (
        Column("code", _("unit code"), kind="code"),
        Column("name", _("budget unit"), link=True),
        Column("region", _("region"), path="region.name"),
        Column("planned", _("planned up to the day"), kind="money", total="planned"),
        Column("paid", _("paid"), kind="money", total="paid"),
        Column("off", _("too much or too little"), kind="money", total="off"),
    )
    default_sort = "pk"

    @classmethod
    def sums(cls, actor: Actor, filters: Any, rows: QuerySet, columns: Sequence[Column]) -> dict[str, Any]:
        """Each unit's plan and payments are worked out from their rows: of many units only their number is told."""
        count = rows.order_by()[: SUMMED + 1].count()
        return {"count": count} if count > ADDED_UP else super().sums(actor, filters, rows, columns)
