"""The measures of the roll-out as a file."""

from django.utils.translation import gettext_lazy as _

from imbudget.kit.tables import Column

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
