"""The list of what was published."""

from django.utils.translation import gettext_lazy as _

from imbudget.kit.tables import Column, Table


class DisclosureTable(Table):
    columns = (
        Column("year", _("fiscal year"), path="year_id", kind="code", link=True),
        Column("number", _("no."), kind="count"),
        Column("region", _("region"), path="region.name"),
        Column("approved", _("approved"), kind="money"),
        Column("adjusted", _("approved, after adjustments"), kind="money"),
        Column("executed", _("executed"), kind="money"),
        Column("scored", _("projects with a result"), kind="count"),
        Column("as_of", _("figures as of"), kind="date"),
        Column("state", _("state"), kind="state"),
    )
    default_sort = "-pk"
