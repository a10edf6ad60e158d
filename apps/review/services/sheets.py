"""An expert's score sheets: saved by and by, handed in for good, explained where they lie far off."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.evidence import services as evidence
from apps.notices.services import notify
from apps.projects.services.locks import StaleRevision
from apps.review.models import MemberState, PanelMember, ReviewItem, ScoreSheet, SheetState
from apps.review.policies import panel as policies
from apps.review.scoring.sheets import total_of
from apps.review.selectors import avoidance
from apps.review.selectors.desk import sheet_of
from apps.review.selectors.progress import all_in, far_off, last_sheets
from apps.review.selectors.sheets import digest_of_sheet
from apps.review.services.panel import hold_member, mark_conflicted
from apps.review.sheetreading import LONGEST, PARTS, Errors, SheetReader, text_of
from apps.review.transitions import SHEET
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.crypto import sm3_hex
from imbudget.kit.errors import RuleViolation, require
from imbudget.kit.transitions import advance


class BadSheet(RuleViolation):
    """A sheet that cannot be handed in; `errors` has a sentence for each place."""

    def __init__(self, errors: Errors) -> None:
        super().__init__(_("The sheet is not complete: %(text)s") % {"text": next(iter(errors.values()))})
        self.errors = errors


@dataclass(slots=True)
class SavedSheet:
    """What a save did: the revision now, and what could not be read (it is left out)."""

    revision: int
    errors: Errors = field(default_factory=dict)


@act
def save_sheet(
    actor: Actor, member: PanelMember, item: ReviewItem, patch: Mapping[str, Any], *, revision: int
) -> SavedSheet:
    """Keep what was written of the sheet of round 1, however incomplete; only the parts that a patch names are touched.

    `revision` is what was read, 0 where nothing was kept yet. Raises StaleRevision when it was saved elsewhere since.
    """
    hold_member(member)
    require(policies.may_score(actor, member))
    _refuse_other(member, item)
    sheet = sheet_of(member, item)
    _refuse_submitted(sheet)
    if (sheet.revision if sheet else 0) != revision:
        raise StaleRevision(sheet, ()) if sheet else RuleViolation(_("This sheet is gone. Load the page again."))
    read = SheetReader(actor, item, draft=True).read(patch)
    if sheet is None:
        sheet = ScoreSheet.objects.create(member=member, item=item, **read.parts)
    elif read.parts:
        values = read.parts | {"revision": F("revision") + 1, "updated_at": timezone.now()}
        ScoreSheet.objects.filter(pk=sheet.pk).update(**values)
        sheet.refresh_from_db(fields=["revision"])
    return SavedSheet(sheet.revision, read.errors)


@act
def submit_sheet(actor: Actor, member: PanelMember, item: ReviewItem) -> ScoreSheet:
    """Hand the sheet in; it never changes again. Raises BadSheet for what is missing.

    When the expert turns out to be tied to a project of the review, they leave the panel instead: the act is kept, the
    sheet stays a draft, and `member.state` says so.
    """
    hold_member(member)
    require(policies.may_score(actor, member))
    _refuse_other(member, item)
    sheet = sheet_of(member, item)
    _refuse_submitted(sheet)
    if sheet is None:
        raise RuleViolation(_("Nothing stands on this sheet yet."))
    if not is_tied(actor, member):
        hand_in(actor, sheet)
        if all_in(member.review):
            url = reverse("review:panel", args=[member.review_id])
            notify([member.review.organiser_id], "review.scored", url, review=member.review.title)
    return sheet


def is_tied(actor: Actor, member: PanelMember) -> bool:
    """Whether anything keeps the member from a project of the review now; then they have left the panel."""
    projects = member.review.items.values_list("project_id", flat=True)
    ties = avoidance.reasons([member.expert_id], projects)[member.expert_id]
    if ties:
        member.declaration = (member.declaration or {}) | {"ties": ties}
        mark_conflicted(actor, member)
    return bool(ties)


def hand_in(actor: Actor, sheet: ScoreSheet) -> None:
    """Check a draft as a whole, then freeze it with its digest, which stands in evidence."""
    reader = SheetReader(actor, sheet.item, draft=False)
    read = reader.read({name: getattr(sheet, name) for name in PARTS})
    if read.errors:
        raise BadSheet(read.errors)
    for name, value in read.parts.items():
        setattr(sheet, name, value)
    sheet.total = total_of(reader.schema, sheet.values)
    digest = digest_of_sheet(sheet)
    values = read.parts | {"total": sheet.total, "digest": digest, "submitted_at": timezone.now()}
    advance(SHEET, sheet, "submit", **values)
    review = sheet.item.review
    facts = {"member": sheet.member.alias, "project": sheet.item.project.code, "round": sheet.round}
    evidence.append("review.sheet_submitted", review, actor, **facts, digest=digest)


@act
def explain_outlier(actor: Actor, member: PanelMember, item: ReviewItem, reason: str) -> ScoreSheet:
    """Write down, once, why a score lies far from those of the others; without it no result is drawn up."""
    hold_member(member)
    require(policies.may_explain(actor, member))
    _refuse_other(member, item)
    if not all_in(member.review):
        raise RuleViolation(_("Not every score sheet is in yet."))
    sheets = last_sheets(member.review)
    far = far_off(member.review, sheets)
    sheet = next((row for row in sheets.get(item.pk, []) if row.member_id == member.pk), None)
    if sheet is None or sheet.pk not in far:
        raise RuleViolation(_("This score does not lie far off."))
    if sheet.outlier_reason:
        raise RuleViolation(_("The reason stands there already."))
    text = reason_of(reason, "outlier_reason")
    ScoreSheet.objects.filter(pk=sheet.pk).update(outlier_reason=text)
    sheet.outlier_reason = text
    facts = {"member": member.alias, "project": item.project.code, "sheet": sheet.digest}
    evidence.append("review.outlier_explained", member.review, actor, **facts, reason=sm3_hex(text.encode()))
    return sheet


def reason_of(raw: str, name: str) -> str:
    """A reason that must be given."""
    try:
        text = text_of(raw, LONGEST[name])
    except ValueError as error:
        raise RuleViolation(str(error)) from error
    if not text:
        raise RuleViolation(_("Give the reason."))
    return text


def _refuse_other(member: PanelMember, item: ReviewItem) -> None:
    if item.review_id != member.review_id:
        raise RuleViolation(_("This project is not before your panel."))


def _refuse_submitted(sheet: ScoreSheet | None) -> None:
    if sheet is not None and sheet.state == SheetState.SUBMITTED:
        raise RuleViolation(_("This sheet was handed in and cannot be changed any more."))


def left_the_panel(member: PanelMember) -> bool:
    """Whether an act found a tie and took the member off."""
    return member.state == MemberState.CONFLICTED
