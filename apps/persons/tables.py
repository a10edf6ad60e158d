"""Lists of requests of persons, of incidents and of records of processing."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

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


class IncidentTable(Table):
    columns = (
        Column("pk", _("number"), reads=("pk",), of=lambda pk: f"№ {pk}", kind="code", link=True, sort="pk"),
        Column("title", pgettext_lazy("incident", "what happened")),
        Column("kind", _("kind of incident")),
        Column("region", _("region"), path="region.name"),
        Column("found_at", _("found at"), kind="date", sort="found_at"),
        Column("authority_told_at", _("authority told at"), kind="date"),
        Column("persons_told_at", _("persons told at"), kind="date"),
        Column("state", _("state"), kind="state"),
    )
    default_sort = "-pk"


class ProcessingTable(Table):
    columns = (
        Column("pk", _("number"), reads=("pk",), of=lambda pk: f"№ {pk}", kind="code", link=True, sort="pk"),
        Column("kind", _("kind of record")),
        Column("title", _("subject")),
        Column("party", _("who gets the data, or who assessed")),
        Column("region", _("region"), path="region.name"),
        Column("since", pgettext_lazy("processing", "from"), kind="date", sort="since"),
        Column("until", pgettext_lazy("processing", "until"), kind="date"),
    )
    default_sort = "-pk"
