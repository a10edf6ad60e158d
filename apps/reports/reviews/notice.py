"""What the public notice of a review says."""

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from apps.reports.document import Column, Document, Paragraph, Row, Table
from apps.reports.layers import in_chinese
from apps.review.models import Publicity
from imbudget.kit.formats import as_text


def notice_document(publicity: Publicity) -> Document:
    """The public notice as it hangs on a board: no more than its page says."""
    return in_chinese(lambda: _notice(publicity), publicity.region)


def _notice(publicity: Publicity) -> Document:
    columns = (
        Column(_("number"), kind="code"),
        Column(_("project")),
        Column(_("budget unit")),
        Column(_("result")),
        Column(_("amount submitted"), align="end", kind="money"),
        Column(_("amount approved"), align="end", kind="money"),
        Column(_("reason of the deviation")),
    )
    standing = get_language() == "mvf"
    rows = [
        Row(
            (
                str(item.number),
                item.name,
                (item.unit_name_mvf if standing else "") or item.unit_name,
                str(item.get_verdict_display()),
                item.submitted,
                item.amount,
                item.deviation,
            )
        )
        for item in publicity.items.order_by("number")
    ]
    term = _("Before the public from %(start)s to %(end)s (%(days)s %(counting)s).") % {
        "start": as_text(publicity.starts_on, "date"),
        "end": as_text(publicity.last_day, "date"),
        "days": publicity.days,
        "counting": publicity.get_counting_display(),
    }
    how = _("Whoever objects says so on the public page of the region before the last day is over, by name or without.")
    return Document(
        title=publicity.title,
        subtitle=str(publicity.region),
        unit_note=_("in yuan"),
        sections=[
            Paragraph("\n".join(filter(None, [publicity.text, term]))),
            Table(columns, rows, _("results")),
            Paragraph(how, title=_("objections")),
        ],
        number=f"{publicity.year}-{publicity.number} · {publicity.digest[:16]}",
        language=get_language() or "zh-hans",
        official=True,
    )
