"""Lists of the desk."""

from django.utils.translation import gettext_lazy as _

from imbudget.kit.tables import Column, Table


class JobTable(Table):
    columns = (
        Column("label", _("work"), link=True),
        Column("created_at", _("created at"), kind="date", sort="created_at"),
        Column("state", _("state"), path="get_state_display", kind="state"),
        Column("progress", _("progress"), kind="count"),
    )
