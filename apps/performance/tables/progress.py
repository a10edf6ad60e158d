"""Lists of progress reports and surveys."""

from django.utils.translation import gettext_lazy as _

from apps.ledger.tables.authorities import CappedTable
from imbudget.kit.tables import Column


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
        Column("counted", _("answers counted"), kind="count"),
        Column("excluded", _("answers set aside"), kind="count"),
        Column("region", _("region"), path="region.name", optional=True),
    )
    default_sort = "-pk"
