"""How far a panel is: who is waited for, which sheets are in, which of them lie far off."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.utils import timezone

from apps.review.models import MemberState, PanelMember, Review, ReviewItem, ReviewState, ScoreSheet, SheetState
from apps.review.models.panel import SEATED
from apps.review.scoring import outliers

OPEN = frozenset({MemberState.INVITED, MemberState.ACCEPTED})


@dataclass(slots=True)
class Row:
    """One member with the sheets of round 1 that are in, and whether the others wait for them."""

    member: PanelMember
    done: int
    total: int
    waits: bool
    is_late: bool
    cells: list["Cell"] = field(default_factory=list)

    @property
    def is_seated(self) -> bool:
        return self.member.state in SEATED


@dataclass(slots=True)
class Cell:
    """One member on one project: their last sheet, or their draft."""

    item: ReviewItem
    sheet: ScoreSheet | None
    is_outlier: bool = False

    @property
    def is_in(self) -> bool:
        return self.sheet is not None and self.sheet.state == SheetState.SUBMITTED


@dataclass(slots=True)
class Progress:
    """A panel at work; scores are told only once all sheets of round 1 are in."""

    items: list[ReviewItem]
    rows: list[Row]
    all_in: bool
    free: int

    @property
    def seated(self) -> list[Row]:
        return [row for row in self.rows if row.is_seated]

    @property
    def waited_for(self) -> list[Row]:
        return [row for row in self.rows if row.waits]


def progress_of(review: Review) -> Progress:
    """Members in the order of their signs with their sheets. A few queries, however large the panel."""
    items = list(review.items.select_related("project"))
    members = list(review.members.select_related("expert").order_by("pk"))
    sheets: dict[tuple[int, int], ScoreSheet] = {}
    first: set[tuple[int, int]] = set()
    for sheet in ScoreSheet.objects.filter(member__review=review).order_by("round"):
        key = (sheet.member_id, sheet.item_id)
        if sheet.state == SheetState.SUBMITTED or key not in sheets:
            sheets[key] = sheet
        if sheet.round == 1 and sheet.state == SheetState.SUBMITTED:
            first.add(key)
    seats = [member for member in members if member.state in SEATED]
    declared = [member for member in seats if member.state == MemberState.DECLARED]
    complete = len(declared) == review.panel_size and bool(items)
    all_in = complete and all((member.pk, item.pk) in first for member in declared for item in items)
    far = far_off(review, _last(sheets.values(), {member.pk for member in declared})) if all_in else set()
    rows = []
    for member in members:
        done = sum((member.pk, item.pk) in first for item in items)
        row = Row(member, done, len(items), *_waiting(review, member, done < len(items)))
        for item in items:
            found = sheets.get((member.pk, item.pk))
            row.cells.append(Cell(item, found, found is not None and found.pk in far))
        rows.append(row)
    return Progress(items, rows, all_in, review.panel_size - len(seats))


def _waiting(review: Review, member: PanelMember, is_behind: bool) -> tuple[bool, bool]:
    """Whether a member is waited for, and whether the time for it has passed."""
    until: datetime | None = None
    if member.state in OPEN and review.state in (ReviewState.FORMING, ReviewState.SCORING):
        until, waits = review.answer_until, True
    else:
        waits = member.state == MemberState.DECLARED and review.state == ReviewState.SCORING and is_behind
        until = review.scoring_until
    return waits, waits and until is not None and timezone.now() > until


def all_in(review: Review) -> bool:
    """Whether every seat is taken by a declared expert and each has handed in a sheet of round 1 on every project."""
    declared = review.members.filter(state=MemberState.DECLARED).count()
    items = review.items.count()
    sheets = ScoreSheet.objects.filter(
        member__review=review, member__state=MemberState.DECLARED, round=1, state=SheetState.SUBMITTED
    ).count()
    return bool(items) and declared == review.panel_size and sheets == declared * items


def last_sheets(review: Review) -> dict[int, list[ScoreSheet]]:
    """Project of the review → the sheets that count: the last one that each declared member handed in, by their signs."""
    rows = ScoreSheet.objects.filter(
        member__review=review, member__state=MemberState.DECLARED, state=SheetState.SUBMITTED
    ).select_related("member")
    latest = {(sheet.item_id, sheet.member_id): sheet for sheet in rows.order_by("round")}
    found: dict[int, list[ScoreSheet]] = defaultdict(list)
    for sheet in sorted(latest.values(), key=lambda sheet: sheet.member_id):
        found[sheet.item_id].append(sheet)
    return dict(found)


def _last(sheets: Iterable[ScoreSheet], members: set[int]) -> dict[int, list[ScoreSheet]]:
    found: dict[int, list[ScoreSheet]] = defaultdict(list)
    for sheet in sheets:
        if sheet.member_id in members and sheet.state == SheetState.SUBMITTED:
            found[sheet.item_id].append(sheet)
    return found


def far_off(review: Review, sheets: dict[int, list[ScoreSheet]]) -> set[int]:
    """The keys of the sheets whose score lies farther from the mean of its project than the review allows."""
    found: set[int] = set()
    for rows in sheets.values():
        scores: dict[int, Decimal] = {sheet.pk: sheet.total for sheet in rows if sheet.total is not None}
        found |= outliers(scores, review.outlier_share)
    return found


def unexplained(review: Review) -> list[ScoreSheet]:
    """Sheets that lie far off and lack their written reason; with any of them no result is drawn up."""
    sheets = last_sheets(review)
    far = far_off(review, sheets)
    return [sheet for rows in sheets.values() for sheet in rows if sheet.pk in far and not sheet.outlier_reason]
