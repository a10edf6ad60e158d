"""Lists of public notices and of objections."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from imbudget.kit.tables import Column, Table


def _last_day(ends_on: date, moved_to: date | None) -> date:
    return moved_to or ends_on


class PublicityTable(Table):
    columns = (
        Column("number", _("number"), kind="code", link=True),
        Column("title", _("title"), link=True),
        Column("region", _("region"), path="region.name"),
        Column("starts_on", _("first day"), kind="date"),
        Column("last_day", _("last day"), kind="date", reads=("ends_on", "moved_to"), of=_last_day),
        Column("state", _("state"), kind="state"),
        Column("published_at", _("published at"), kind="date", sort="published_at"),
    )
    default_sort = "-published_at"
    search = ("title_zh_hans",)


class ObjectionTable(Table):
    columns = (
        Column("code", _("code to follow it"), kind="code", link=True),
        Column("project", _("project"), path="item.name", link=True),
        Column("region", _("region"), path="region.name"),
        Column("is_anonymous", _("anonymous")),
        Column("filed_at", _("filed at"), kind="date", sort="filed_at"),
        Column("due_on", _("answer due on"), kind="date"),
        Column("handler", _("handled by"), path="handler.name"),
        Column("state", _("state"), kind="state"),
    )
    default_sort = "-filed_at"
    search = ("code",)
