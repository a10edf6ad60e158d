"""Lists of the budget."""

from django.utils.translation import gettext_lazy as _

from imbudget.kit.tables import Column, Table


class SheetTable(Table):
    columns = (
        Column("unit_code", _("unit code"), path="unit.code", kind="code"),
        Column("unit", _("budget unit"), path="unit.name", link=True),
        Column("region", _("region"), path="region.name"),
        Column("year", _("fiscal year"), path="year_id", kind="code"),
        Column("round", _("round"), path="get_round_display"),
        Column("state", _("state"), path="get_state_display", kind="state", sort="state"),
        Column("total", _("total"), kind="money", sort="total", total="total"),
        Column("updated_at", _("updated at"), kind="date", sort="updated_at"),
    )
    default_sort = "-updated_at"
    search = ("unit__search_key",)


class LineTable(Table):
    columns = (
        Column("region", _("region"), path="region.name"),
        Column("unit", _("budget unit"), path="unit.name"),
        Column("project_name", _("project name")),
        Column("function", _("function")),
        Column("department_economic", _("department economic class")),
        Column("amount", _("amount"), kind="money", sort="amount", total="amount"),
        Column("prior_approved", _("approved last year"), kind="money", total="prior_approved"),
        Column("prior_executed", _("executed last year"), kind="money", total="prior_executed"),
        Column("government_economic", _("government economic class")),
        Column("fund", _("fund type")),
        Column("project_code", _("project code"), kind="code"),
    )
    default_sort = "-pk"
    search = ("unit__search_key", "project_name", "function__search_key", "department_economic__search_key")
