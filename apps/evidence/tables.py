"""The list of recorded operations."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.evidence.vocabulary import label_of
from imbudget.kit.tables import Column, Table


class EntryTable(Table):
    columns = (
        Column("recorded_at", _("recorded at"), kind="date", link=True),
        Column("event", _("operation"), reads=("event",), of=label_of),
        Column("subject_label", _("subject")),
        Column("actor_name", pgettext_lazy("operation", "person")),
        Column("post_label", _("post")),
        Column("address", _("address"), kind="code"),
        Column("batch", _("sealed batch"), path="batch_id", kind="code"),
        Column("region_code", _("region"), kind="code", optional=True),
    )
    default_sort = "-pk"


class CheckpointTable(Table):
    columns = (
        Column("number", _("number"), kind="code", link=True),
        Column("made_at", _("made at"), kind="date"),
        Column("size", _("entries"), kind="count"),
        Column("cause", _("occasion")),
        Column("root", _("head of the log"), kind="code", reads=("root",), of=lambda root: bytes(root).hex()),
        Column("key_id", _("signing key"), kind="code"),
        Column("algorithm", _("algorithm"), kind="code", optional=True),
    )
    default_sort = "-pk"
