"""What the report of a review says."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from apps.lowcode.rendering import display
from apps.lowcode.selectors.forms import schema_of
from apps.reports.document import Column, Document, Facts, Paragraph, Row, Table
from apps.reports.layers import in_chinese
from apps.reports.reviews.words import figure, moment
from apps.review.models import Review, ReviewItem, ReviewKind, ScoreSheet, SheetState
from apps.review.selectors.progress import last_sheets
from apps.review.selectors.results import dropped_words, tied_ranks
from imbudget.kit.money import format_yuan

Section = Table | Facts | Paragraph


def review_document(review: Review) -> Document:
    """The report of a review: what was reviewed and how, result by project, every sheet by the sign of its expert."""
    return in_chinese(lambda: _report(review), review.region)


def _report(review: Review) -> Document:
    return Document(
        title=_("Review report"),
        subtitle=review.title,
        unit_note=_("in yuan"),
        sections=[*_report_sections(review)],
        number=f"{review.region.code} {review.year}-{review.number}",
        language=get_language() or "zh-hans",
        official=True,
    )


def _report_sections(review: Review) -> Iterator[Section]:
    conclusion = getattr(review, "conclusion", None)
    items = list(review.items.select_related("project", "unit").order_by("number"))
    yield Facts(
        [
            (_("region"), str(review.region)),
            (_("kind of review"), str(review.get_kind_display())),
            (_("projects"), str(len(items))),
            (_("experts of the panel"), str(review.panel_size)),
            (_("state"), str(review.get_state_display())),
            (_("confirmed at"), moment(conclusion.confirmed_at if conclusion else None)),
            (_("SM3 digest"), conclusion.digest if conclusion and conclusion.digest else "–"),
        ]
    )
    yield _results(items)
    if how := [*dropped_words(review, items, last_sheets(review)), *tied_ranks(items)]:
        yield Paragraph("\n".join(how), title=_("how the result was computed"))
    if review.kind == ReviewKind.BUDGET:
        for item in items:
            yield _findings(item)
    yield _panel(review)
    for item in items:
        yield from _sheets(review, item)
    yield Paragraph(conclusion.text if conclusion and conclusion.text else "–", title=_("overall conclusion"))
    yield Paragraph(conclusion.advice if conclusion and conclusion.advice else "–", title=_("advice"))


def _results(items: Sequence[ReviewItem]) -> Table:
    columns = (
        Column(_("number"), kind="code"),
        Column(_("project")),
        Column(_("budget unit")),
        Column(_("score"), align="end"),
        Column(_("rank"), align="end"),
        Column(_("result")),
        Column(_("amount submitted"), align="end", kind="money"),
        Column(_("amount approved"), align="end", kind="money"),
        Column(_("reason of the deviation")),
    )
    rows = [
        Row(
            (
                str(item.number),
                item.project.name,
                str(item.unit),
                figure(item.score),
                _rank(item),
                str(item.get_verdict_display() or item.get_computed_verdict_display() or "–"),
                item.submitted,
                item.amount if item.amount is not None else item.recommended,
                item.deviation,
            )
        )
        for item in items
    ]
    submitted = sum((item.submitted for item in items), Decimal(0))
    approved = sum((item.amount for item in items if item.amount is not None), Decimal(0))
    total = Row((_("total"), "", "", "", "", "", submitted, approved, ""), kind="total")
    return Table(columns, [*rows, total] if rows else [], _("results"))


def _rank(item: ReviewItem) -> str:
    if item.rank is None:
        return "–"
    return f"{item.rank} ({_('shared')})" if item.is_tied else str(item.rank)


def _findings(item: ReviewItem) -> Table:
    columns = (
        Column(_("line"), kind="code"),
        Column(_("content")),
        Column(_("amount submitted"), align="end", kind="money"),
        Column(_("amount taken off"), align="end", kind="money"),
        Column(_("amount approved"), align="end", kind="money"),
        Column(_("reason")),
    )
    rows, submitted, approved = [], Decimal(0), Decimal(0)
    for line in item.findings.order_by("number"):
        kept = line.approved if line.approved is not None else line.recommended
        submitted += line.submitted
        approved += line.submitted if kept is None else kept
        off = None if kept is None else line.submitted - kept
        rows.append(Row((str(line.number), line.content, line.submitted, off, kept, line.reason)))
    if rows:
        rows.append(Row((_("total"), "", submitted, submitted - approved, approved, ""), kind="total"))
    return Table(columns, rows, _("cost lines of “%(project)s”") % {"project": item.project.name})


def _panel(review: Review) -> Table:
    columns = (
        Column(_("sign")),
        Column(_("state")),
        Column(_("answered at")),
        Column(_("declared at")),
        Column(_("reason")),
    )
    rows = [
        Row(
            (
                member.alias,
                str(member.get_state_display()),
                moment(member.answered_at),
                moment(member.declared_at),
                member.reason,
            )
        )
        for member in review.members.order_by("place", "pk")
    ]
    return Table(columns, rows, _("panel"))


def _sheets(review: Review, item: ReviewItem) -> Iterator[Section]:
    """The sheets of a project: the last one of each expert, with what was answered and said."""
    last: dict[int, ScoreSheet] = {}
    for sheet in item.sheets.filter(state=SheetState.SUBMITTED).select_related("member").order_by("round"):
        last[sheet.member_id] = sheet
    schema = schema_of(review.form_version)
    for sheet in sorted(last.values(), key=lambda found: found.member.alias):
        lines = [line for line in display(schema, sheet.values) if line.kind != "heading"]
        rows = [Row((str(line.field.label), line.text or "–")) for line in lines]
        rows.append(Row((_("score"), figure(sheet.total)), kind="total"))
        said = [
            (_("opinion"), str(sheet.get_opinion_display() or "–")),
            (_("recommended amount"), "–" if sheet.amount is None else format_yuan(sheet.amount)),
            (_("remark"), sheet.comment),
            (_("reason of a score far off"), sheet.outlier_reason),
            (_("reason of the change"), sheet.change_reason),
            (_("SM3 digest"), sheet.digest),
        ]
        rows += [Row((label, text)) for label, text in said if text]
        title = _("sheet of expert %(alias)s: “%(project)s”") % {
            "alias": sheet.member.alias,
            "project": item.project.name,
        }
        yield Table((Column(_("item")), Column(_("answer"))), rows, title)
    dissents = list(item.dissents.select_related("member"))
    if dissents:
        columns = (Column(_("sign")), Column(pgettext("review", "text")))
        title = _("dissent on “%(project)s”") % {"project": item.project.name}
        yield Table(columns, [Row((each.member.alias, each.text)) for each in dissents], title)
