"""What a panel has given: the sheets that count, what is missing, who lies far off, and the result as it is frozen."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, cast

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from apps.review.models import (
    Conclusion,
    CostFinding,
    Dissent,
    MemberState,
    PanelMember,
    PublicityItem,
    PublicityState,
    Review,
    ReviewItem,
    ReviewKind,
    ScoreSheet,
    Verdict,
)
from apps.review.scoring import dropped, is_trimmed
from apps.review.scoring.results import Judged, Opinion, Rules
from apps.review.selectors.progress import last_sheets

FORMAT = 1
Sheets = Mapping[int, Sequence[ScoreSheet]]


def count_of_items() -> Coalesce:
    """How many projects a review has, as a column of a list."""
    items = ReviewItem.objects.filter(review=OuterRef("pk")).order_by().values("review")
    return Coalesce(Subquery(items.annotate(number=Count("pk")).values("number")), 0)


def panel_of(review: Review) -> list[PanelMember]:
    """The members whose sheets count: those free of interest."""
    return list(review.members.filter(state=MemberState.DECLARED).order_by("alias"))


def rules_for(review: Review) -> Rules:
    """The review's rules of computing."""
    return Rules(review.kind, review.trim_from, review.pass_mark, review.funds)


def judged(items: Iterable[ReviewItem], sheets: Sheets) -> dict[int, Judged]:
    """What the computing needs of each project; its findings are prefetched."""
    return {
        item.pk: Judged(
            item.submitted,
            [Opinion(sheet.total, sheet.opinion, sheet.amount) for sheet in sheets.get(item.pk, ())],
            {
                line.number: (line.submitted, [left_of(line, sheet) for sheet in sheets.get(item.pk, ())])
                for line in item.findings.all()
            },
        )
        for item in items
    }


def left_of(line: CostFinding, sheet: ScoreSheet) -> Decimal:
    """What a sheet leaves of a cost line: all of it where it says nothing."""
    given = sheet.lines.get(str(line.number)) or {}
    try:
        return Decimal(str(given["amount"]))
    except (KeyError, InvalidOperation):
        return line.submitted


def reasons_for(line: CostFinding, sheets: Iterable[ScoreSheet]) -> str:
    """Why the experts cut a line, each under their sign; as long as the finding can hold."""
    said = [
        f"{sheet.member.alias}: {reason}"
        for sheet in sheets
        if left_of(line, sheet) < line.submitted and (reason := (sheet.lines.get(str(line.number)) or {}).get("reason"))
    ]
    return "; ".join(said)[:500]


def tied_ranks(items: Iterable[ReviewItem]) -> list[str]:
    """In words, who shares a place with whom, and what place comes next."""
    groups: dict[int, list[ReviewItem]] = defaultdict(list)
    for item in items:
        if item.is_tied and item.rank is not None:
            groups[item.rank].append(item)
    return [
        _("Numbers %(numbers)s have the same score of %(score)s and share place %(rank)d; place %(next)d comes next.")
        % {
            "numbers": ", ".join(str(item.number) for item in group),
            "score": group[0].score,
            "rank": rank,
            "next": rank + len(group),
        }
        for rank, group in sorted(groups.items())
    ]


def dropped_sheets(review: Review, sheets: Sheets) -> dict[int, tuple[ScoreSheet, ScoreSheet]]:
    """By project of the review, the sheets with the highest and the lowest score where the review's rule drops them."""
    found = {}
    for item, given in sheets.items():
        scored = {sheet.pk: sheet for sheet in given if sheet.total is not None}
        ends = dropped({pk: cast(Decimal, sheet.total) for pk, sheet in scored.items()}, review.trim_from)
        if ends:
            found[item] = (scored[ends[0]], scored[ends[1]])
    return found


def dropped_words(review: Review, items: Sequence[ReviewItem], sheets: Sheets) -> list[str]:
    """In words, by the signs of the experts, which scores fell away; and whether amounts did."""
    found = dropped_sheets(review, sheets)
    words = [
        _(
            "Number %(number)d: the highest score (%(highest)s, expert %(high)s) and the lowest score (%(lowest)s, expert"
            " %(low)s) fell away; the score is the mean of the others."
        )
        % {
            "number": item.number,
            "highest": found[item.pk][0].total,
            "high": found[item.pk][0].member.alias,
            "lowest": found[item.pk][1].total,
            "low": found[item.pk][1].member.alias,
        }
        for item in items
        if item.pk in found
    ]
    if any(
        is_trimmed(len(sheets.get(item.pk, ())), review.trim_from) and _takes_amounts(review, item) for item in items
    ):
        words.append(_("Of the amounts that the experts left, the highest and the lowest fell away likewise."))
    return words


def _takes_amounts(review: Review, item: ReviewItem) -> bool:
    """Whether the recommended amount comes from those that the experts left; an evaluation asks only whether."""
    return review.kind != ReviewKind.EVALUATION or item.computed_verdict == Verdict.PARTIAL


def is_deviating(item: ReviewItem) -> bool:
    """Whether the finance office decides otherwise than was computed; findings are prefetched."""
    if item.verdict != item.computed_verdict or item.amount != item.recommended:
        return True
    return any(line.approved != line.recommended for line in item.findings.all())


def published_items(project_id: int) -> list[PublicityItem]:
    """The published results of a project, those taken down left out; the newest first."""
    rows = PublicityItem.objects.filter(project=project_id).exclude(publicity__state=PublicityState.TAKEN_DOWN)
    return list(rows.select_related("publicity", "item__review").order_by("-pk"))


def result_body(conclusion: Conclusion) -> dict[str, Any]:
    """The whole result as plain JSON: what is confirmed, and from what it came; experts by their signs alone."""
    review = conclusion.review
    sheets = last_sheets(review)
    dissents = defaultdict(list)
    for dissent in Dissent.objects.filter(item__review=review).select_related("member"):
        dissents[dissent.item_id].append({"expert": dissent.member.alias, "text": dissent.text})
    items = review.items.select_related("project", "unit").prefetch_related("findings")
    return {
        "format": FORMAT,
        "review": {
            "title": review.title,
            "kind": review.kind,
            "number": f"{review.year}-{review.number}",
            "region": review.region.code,
            "panel_size": review.panel_size,
            "trim_from": review.trim_from,
            "outlier_share": str(review.outlier_share),
            "pass_mark": str(review.pass_mark),
            "funds": _text(review.funds),
            "form": review.form_version.digest,
            "draws": list(review.draws.exclude(result_digest="").values_list("result_digest", flat=True)),
        },
        "text": conclusion.text,
        "advice": conclusion.advice,
        "items": [_item_body(item, sheets.get(item.pk, ())) | {"dissents": dissents[item.pk]} for item in items],
    }


def _item_body(item: ReviewItem, sheets: Sequence[ScoreSheet]) -> dict[str, Any]:
    return {
        "number": item.number,
        "code": item.project.code,
        "name": item.project.name,
        "unit": item.unit.code,
        "submitted": _text(item.submitted),
        "score": _text(item.score),
        "rank": item.rank,
        "is_tied": item.is_tied,
        "computed": item.computed_verdict,
        "recommended": _text(item.recommended),
        "verdict": item.verdict,
        "amount": _text(item.amount),
        "deviation": item.deviation,
        "lines": [
            {
                "number": line.number,
                "content": line.content,
                "submitted": _text(line.submitted),
                "recommended": _text(line.recommended),
                "approved": _text(line.approved),
                "reason": line.reason,
            }
            for line in item.findings.all()
        ],
        "sheets": [
            {
                "expert": sheet.member.alias,
                "round": sheet.round,
                "score": _text(sheet.total),
                "opinion": sheet.opinion,
                "amount": _text(sheet.amount),
                "outlier_reason": sheet.outlier_reason,
                "digest": sheet.digest,
            }
            for sheet in sheets
        ],
    }


def _text(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:.2f}"
