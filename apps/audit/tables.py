"""The list of the audit desk."""

from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from apps.audit.vocabulary import label_of_any
from imbudget.kit.tables import Column, Table


def outcome_of(succeeded: bool) -> str:
    """How it ended, in words."""
    return gettext("done") if succeeded else pgettext("operation", "refused or failed")


class TrailTable(Table):
    columns = (
        Column("recorded_at", _("recorded at"), kind="date", sort="recorded_at", link=True),
        Column("kind", _("operation"), reads=("kind",), of=label_of_any),
        Column("succeeded", _("outcome"), reads=("succeeded",), of=outcome_of),
        Column("subject_label", _("subject")),
        Column("actor_name", pgettext_lazy("operation", "person")),
        Column("post_label", _("post")),
        Column("address", _("address"), kind="code"),
        Column("region_code", _("region"), kind="code"),
        Column("log", pgettext_lazy("audit", "log"), path="get_log_display"),
        Column("reason", _("reason"), optional=True),
        Column("trace", _("request"), kind="code", optional=True),
    )
    default_sort = "-recorded_at"
