"""Lists of regions and units."""

from django.utils.translation import gettext_lazy as _

from imbudget.kit.tables import Column, Table


class RegionTable(Table):
    columns = (
        Column("code", _("division code"), kind="code", sort="code"),
        Column("name", _("name"), link=True),
        Column("kind", _("kind of region")),
        Column("parent", _("upper region"), path="parent.name"),
        Column("finance_code", _("finance division code"), kind="code"),
        Column("phase", _("roll-out phase"), kind="code", sort="phase"),
        Column("reports_to", _("reports to"), path="reports_to.name", optional=True),
        Column("approval_body", _("body that approves the budget"), optional=True),
        Column("valid_from", _("valid from"), kind="date", optional=True),
        Column("valid_to", _("valid to"), kind="date", optional=True),
    )
    default_sort = "code"
    search = ("search_key",)


class UnitTable(Table):
    columns = (
        Column("code", _("unit code"), kind="code", sort="code"),
        Column("name", _("name"), link=True),
        Column("nature", _("nature of unit")),
        Column("department", _("competent department"), path="department.name"),
        Column("region", _("region"), path="region.name"),
        Column("credit_code", _("unified social credit code"), kind="code", sort="credit_code"),
        Column("region_code", _("division code"), path="region.code", kind="code", optional=True),
        Column("valid_from", _("valid from"), kind="date", optional=True),
        Column("valid_to", _("valid to"), kind="date", optional=True),
    )
    default_sort = "code"
    search = ("search_key",)
