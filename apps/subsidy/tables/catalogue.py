"""Lists of subsidies and standards."""

from django.utils.translation import gettext_lazy as _

from imbudget.kit.tables import Column, Table


class SubsidyTable(Table):
    columns = (
        Column("code", _("code"), kind="code", link=True, sort="code"),
        Column("name", _("name")),
        Column("short_name", _("short name")),
        Column("level", _("level of the policy")),
        Column("measure", _("unit of measure")),
        Column("cycle", _("cycle of payment")),
        Column("region", _("region"), path="region.name"),
        Column("basis", _("basis document")),
        Column("department", _("department"), path="department.name", optional=True),
        Column("is_open", _("in force"), optional=True),
    )
    default_sort = "code"
    search = ("code", "name")


class StandardTable(Table):
    columns = (
        Column("subsidy", _("subsidy"), path="subsidy.name", link=True),
        Column("year", _("fiscal year"), path="year_id", kind="code", sort="year_id"),
        Column("region", _("region"), path="region.name"),
        Column("ban_rate", _("grazing ban, yuan per mu"), kind="count"),
        Column("balance_rate", _("forage balance, yuan per mu"), kind="count"),
        Column("unit_rate", _("yuan per unit"), kind="count"),
        Column("floor", _("least per household"), kind="money"),
        Column("cap", _("most per household"), kind="money"),
        Column("valid_from", _("valid from"), kind="date"),
        Column("valid_to", _("valid to"), kind="date"),
        Column("source", _("source document"), optional=True),
    )
    default_sort = "-year_id"
    search = ("source",)
