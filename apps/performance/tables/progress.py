"""Lists of progress reports and surveys."""

from django.utils.translation import gettext_lazy as _

from apps.ledger.tables.authorities import CappedTable
from apps.performance.models import SurveyState
from imbudget.kit.tables import Column


def _of_closed(count: int, state: str) -> int | None:
    """Answers are counted on the last day; until then the survey's own page counts them."""
    return count if state == SurveyState.CLOSED else None


class ReportTable(CappedTable):
    columns = (
        Column("as_of", _("as of"), kind="date"),
        Column("report", _("progress report"), path="number", kind="code", link=True),
        Column("project", _("project"), path="of.project.name"),
        Column("unit", _("budget unit"), path="unit.name"),
        Column("percent", _("physical progress"), kind="percent"),
        Column("state", _("state"), kind="state"),
        Column("submitted_at", _("handed in at"), kind="date"),
        Column("region", _("region"), path="region.name", optional=True),
    )
    default_sort = "-pk"


class SurveyTable(CappedTable):
    columns = (
        Column("title", _("title"), link=True),
        Column("project", _("project"), path="target.of.project.name"),
        Column("unit", _("budget unit"), path="unit.name"),
        Column("opens_on", _("first day"), kind="date"),
        Column("closes_on", _("last day"), kind="date"),
        Column("state", _("state"), kind="state"),
        Column("score", _("result"), kind="count"),
        Column("counted", _("answers counted"), kind="count", reads=("counted", "state"), of=_of_closed),
        Column("excluded", _("answers set aside"), kind="count", reads=("excluded", "state"), of=_of_closed),
        Column("region", _("region"), path="region.name", optional=True),
    )
    default_sort = "-pk"
