"""The list of notices."""

from django.utils.translation import gettext_lazy as _

from apps.notices.kinds import label_of, text_of
from imbudget.kit.tables import Column, Table


class NoticeTable(Table):
    columns = (
        Column("text", _("notice"), reads=("kind", "params"), of=text_of),
        Column("kind", _("kind of notice"), reads=("kind",), of=label_of),
        Column("created_at", _("told at"), kind="date"),
        Column("read_at", _("read at"), kind="date"),
    )
