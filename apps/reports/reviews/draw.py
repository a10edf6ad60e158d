"""What the record of a draw of experts says."""

from typing import Any

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from apps.reports.document import Column, Document, Facts, Row, Table
from apps.reports.layers import in_chinese
from apps.reports.reviews.words import moment
from apps.review.models import Draw, MemberState
from apps.review.selectors.draws import candidates_of, steps_of


def draw_document(draw: Draw) -> Document:
    """The record of a draw with all that it takes to repeat it."""
    return in_chinese(lambda: _record(draw), draw.review.region)


def _record(draw: Draw) -> Document:
    facts = [
        (_("review"), str(draw.review)),
        (_("kind of draw"), str(draw.get_kind_display())),
        (_("reason"), draw.reason or "–"),
        (_("state"), str(draw.get_state_display())),
        (_("operator"), str(draw.operator)),
        (_("second person"), str(draw.supervisor or "–")),
        (_("algorithm"), draw.algorithm),
        (_("commitment"), draw.commitment or "–"),
        (_("revealed seed"), draw.revealed or "–"),
        (_("evidence head"), f"№ {draw.head_number} {draw.head}" if draw.head else "–"),
        (_("candidates"), str(len(candidates_of(draw)))),
        (_("SM3 digest of the candidates"), draw.pool_digest or "–"),
        (_("SM3 digest of the result"), draw.result_digest or "–"),
        (_("drawn at"), moment(draw.drawn_at)),
    ]
    columns = (
        Column(pgettext("review", "place"), align="end"),
        Column(_("expert")),
        Column(_("drawn")),
        Column(_("passed over because")),
    )
    rows = [
        Row((str(step.place), step.expert, _("no") if step.reasons else _("yes"), ", ".join(map(str, step.reasons))))
        for step in steps_of(draw, None)
    ]
    return Document(
        title=_("Record of an expert draw"),
        subtitle=f"{draw.review} · {draw.number}",
        sections=[Facts(facts), Table(columns, rows, _("sequence")), _criteria(draw), _members(draw)],
        number=f"{draw.review.year}-{draw.review.number}-{draw.number}",
        language=get_language() or "zh-hans",
        official=True,
    )


def _criteria(draw: Draw) -> Table:
    rows = [Row((name, _listed(value))) for name, value in sorted(draw.criteria.items())]
    return Table((Column(_("criterion")), Column(_("value"))), rows, _("criteria"))


def _listed(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key}: {number}" for key, number in value.items()) or "–"
    return ", ".join(map(str, value)) or "–" if isinstance(value, list) else str("–" if value is None else value)


def _members(draw: Draw) -> Table:
    columns = (Column(_("sign")), Column(_("expert")), Column(_("employer")), Column(_("state")))
    rows = [
        Row((member.alias, member.expert.name, member.employer, str(member.get_state_display())))
        for member in draw.members.select_related("expert").order_by("place")
        if member.state != MemberState.DISMISSED
    ]
    return Table(columns, rows, _("drawn onto the panel"))
