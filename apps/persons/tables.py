"""Lists of requests of persons."""

from django.utils.translation import gettext_lazy as _

from imbudget.kit.tables import Column, Table


class RequestTable(Table):
    columns = (
        Column("pk", _("number"), reads=("pk",), of=lambda pk: f"№ {pk}", kind="code", link=True, sort="pk"),
        Column("kind", _("asks")),
        Column("region", _("region"), path="region.name"),
        Column("received_on", _("received on"), kind="date", sort="received_on"),
        Column("due_on", _("answer due on"), kind="date", sort="due_on"),
        Column("state", _("state"), kind="state"),
        Column("closed_at", _("answered at"), kind="date", optional=True),
    )
    default_sort = "-pk"
