"""The discussion of a panel after all have scored alone: notes, changed sheets, recorded dissent."""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.evidence import services as evidence
from apps.notices.services import notify
from apps.review.models import DiscussionNote, Dissent, MemberState, PanelMember, Review, ReviewItem, ScoreSheet
from apps.review.policies import panel as policies
from apps.review.selectors.desk import sheet_of
from apps.review.selectors.readiness import sheets_missing
from apps.review.services.locks import lock_review
from apps.review.services.panel import hold_member
from apps.review.services.sheets import BadSheet, hand_in, is_tied, reason_of
from apps.review.sheetreading import LONGEST, PARTS, SheetReader, text_of
from apps.review.transitions import REVIEW
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.crypto import sm3_hex
from imbudget.kit.errors import RuleViolation, require
from imbudget.kit.transitions import advance


@act
def open_discussion(actor: Actor, review: Review) -> None:
    """Let the members see each other's sheets, by their signs, and speak; all have scored alone before."""
    lock_review(review)
    require(policies.may_open_discussion(actor, review))
    if missing := sheets_missing(review):
        raise RuleViolation(missing)
    advance(REVIEW, review, "discuss", updated_at=timezone.now())
    evidence.append("review.discussion_opened", review, actor)
    members = review.members.filter(state=MemberState.DECLARED, expert__user__isnull=False)
    for pk, user_id in members.values_list("pk", "expert__user_id"):
        notify([user_id], "review.discussion", reverse("review:desk_discussion", args=[pk]), review=review.title)


@act
def note(actor: Actor, member: PanelMember, text: str, item: ReviewItem | None = None) -> DiscussionNote:
    """A member says something, of one project or of all; it stays."""
    hold_member(member)
    require(policies.may_talk(actor, member))
    return _say(actor, member.review, text, item, member)


@act
def moderate(actor: Actor, review: Review, text: str, item: ReviewItem | None = None) -> DiscussionNote:
    """Who organises the review says something."""
    lock_review(review)
    require(policies.may_moderate(actor, review))
    return _say(actor, review, text, item, None)


def _say(actor: Actor, review: Review, raw: str, item: ReviewItem | None, member: PanelMember | None) -> DiscussionNote:
    _refuse_other(review, item)
    text = _text(raw)
    said = DiscussionNote.objects.create(review=review, item=item, member=member, text=text)
    by = member.alias if member else ""
    project = item.project.code if item else ""
    evidence.append("review.noted", review, actor, member=by, project=project, digest=sm3_hex(text.encode()))
    return said


@act
def revise_sheet(
    actor: Actor, member: PanelMember, item: ReviewItem, patch: Mapping[str, Any], reason: str
) -> ScoreSheet | None:
    """Change one's own sheet after the discussion, once and with the reason: a sheet of round 2 beside that of round 1.

    None when the expert turned out to be tied to a project of the review, and left the panel.
    """
    hold_member(member)
    require(policies.may_talk(actor, member))
    _refuse_other(member.review, item)
    first = sheet_of(member, item)
    if first is None or sheet_of(member, item, 2) is not None:
        raise RuleViolation(_("This sheet has been changed after the discussion already."))
    why = reason_of(reason, "change_reason")
    if is_tied(actor, member):
        return None
    read = SheetReader(actor, item, draft=False).read({name: patch.get(name) for name in PARTS})
    if read.errors:
        raise BadSheet(read.errors)
    if all(getattr(first, name) == value for name, value in read.parts.items()):
        raise RuleViolation(_("Nothing differs from the sheet that you handed in."))
    sheet = ScoreSheet.objects.create(member=member, item=item, round=2, change_reason=why, **read.parts)
    hand_in(actor, sheet)
    return sheet


@act
def dissent(actor: Actor, member: PanelMember, item: ReviewItem, text: str) -> Dissent:
    """Put on record, once for each project, that the member does not share the panel's conclusion."""
    hold_member(member)
    require(policies.may_dissent(actor, member))
    _refuse_other(member.review, item)
    said = _text(text)
    try:
        with transaction.atomic():
            row = Dissent.objects.create(member=member, item=item, text=said)
    except IntegrityError as error:
        raise RuleViolation(_("Your dissent on this project is on record already.")) from error
    facts = {"member": member.alias, "project": item.project.code, "digest": sm3_hex(said.encode())}
    evidence.append("review.dissented", member.review, actor, **facts)
    return row


def _text(raw: str) -> str:
    try:
        text = text_of(raw, LONGEST["comment"])
    except ValueError as error:
        raise RuleViolation(str(error)) from error
    if not text:
        raise RuleViolation(_("Write what you want to say."))
    return text


def _refuse_other(review: Review, item: ReviewItem | None) -> None:
    if item is not None and item.review_id != review.pk:
        raise RuleViolation(_("This project is not before your panel."))
