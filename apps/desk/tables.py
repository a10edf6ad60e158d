"""Lists of the desk."""

from django.utils.translation import gettext_lazy as _

from apps.desk.models import hundredths
from imbudget.kit.tables import Column, Table


class JobTable(Table):
    columns = (
        Column("label", _("work"), link=True),
        Column("created_at", _("created at"), kind="date", sort="created_at"),
        Column("state", _("state"), kind="state"),
        Column("progress", _("progress"), kind="count", reads=("state", "done", "of"), of=hundredths),
        Column("ended_at", _("ended at"), kind="date", optional=True),
        Column("message", _("message"), optional=True),
        Column("error", _("error"), optional=True),
    )
