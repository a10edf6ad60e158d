"""A panel comes together: invitations, answers, declarations of interest; seats that become free; urging."""

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.codes.workdays import add_working_days
from apps.evidence import services as evidence
from apps.notices import kinds
from apps.notices.services import notify, notify_each
from apps.projects.selectors.versions import digest_of
from apps.regions.models import Region
from apps.review.models import MemberState, PanelMember, Review
from apps.review.policies import panel as policies
from apps.review.selectors import avoidance
from apps.review.selectors.progress import OPEN, progress_of
from apps.review.selectors.settings import setting_of
from apps.review.services.locks import lock_review
from apps.review.transitions import MEMBER, REVIEW
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.errors import RuleViolation, require
from imbudget.kit.transitions import advance, is_open

LONGEST = 500
URGE_AGAIN = datetime.timedelta(hours=1)


def invite(actor: Actor, review: Review, members: Iterable[PanelMember]) -> None:
    """Tell those who have just been drawn; a part of the act of drawing, which has set `answer_until`."""
    invited = list(members)
    rows = ((review, {"member": member.alias, "expert": member.expert_id}) for member in invited)
    evidence.append_many("review.invited", rows, actor)
    _tell(invited, "review.invited", until=shown(review.answer_until))


@act
def accept(actor: Actor, member: PanelMember) -> None:
    """An expert takes the seat; they see which projects there are, and declare their interests next."""
    hold_member(member)
    require(policies.may_answer(actor, member))
    advance(MEMBER, member, "accept", answered_at=timezone.now())
    _answered(actor, member, "review.accepted")


@act
def decline(actor: Actor, member: PanelMember, reason: str) -> None:
    """An expert does not come; the seat is free for a replacement."""
    hold_member(member)
    require(policies.may_decline(actor, member))
    advance(MEMBER, member, "decline", answered_at=timezone.now(), reason=_reason(reason))
    _answered(actor, member, "review.declined", reason=member.reason)
    _free_seat(member.review)


@act
def declare(actor: Actor, member: PanelMember, interests: Mapping[int, str]) -> None:
    """Declare an interest in each project of the review, by its key; an empty text for none.

    Any interest, and any tie that is known of, takes the member off the panel: it is no error, the act is kept. When
    the last seat is declared free, scoring begins.
    """
    hold_member(member)
    require(policies.may_declare(actor, member))
    items = list(member.review.items.values_list("pk", "number", "project_id"))
    if set(interests) != {pk for pk, _number, _project in items}:
        raise RuleViolation(_("Declare for each project whether you have an interest in it."))
    said = {str(number): _short(interests[pk]) for pk, number, _project in items}
    ties = avoidance.reasons([member.expert_id], [project for *_rest, project in items])[member.expert_id]
    member.declaration = {"interests": {key: text for key, text in said.items() if text}, "ties": ties}
    if ties or any(said.values()):
        mark_conflicted(actor, member)
        return
    advance(MEMBER, member, "declare", declaration=member.declaration, declared_at=timezone.now())
    evidence.append("review.declared", member.review, actor, **_facts(member))
    if member.review.members.filter(state=MemberState.DECLARED).count() == member.review.panel_size:
        begin_scoring(actor, member.review)


@act
def mark_conflicted(actor: Actor, member: PanelMember) -> None:
    """Take a member off the panel for the interests and ties in `declaration`; called under the review's lock."""
    found = member.declaration or {}
    texts = [f"{number}: {text}" for number, text in found.get("interests", {}).items()]
    labels = dict(avoidance.Avoidance.choices)
    reason = "; ".join([*(str(labels[code]) for code in found.get("ties", [])), *texts])
    values = {"declaration": found, "declared_at": timezone.now(), "reason": reason[:LONGEST]}
    advance(MEMBER, member, "conflict", **values)
    evidence.append("review.conflicted", member.review, actor, **_facts(member), ties=found.get("ties", []))
    _tell_organiser(member)
    _free_seat(member.review)


@act
def miss(actor: Actor, member: PanelMember, reason: str) -> None:
    """Vacate the seat of someone who did not answer or did not come. What they handed in counts no more."""
    hold_member(member)
    require(policies.may_vacate(actor, member))
    advance(MEMBER, member, "miss", reason=_reason(reason))
    facts = {"member": member.alias, "expert": member.expert_id, "reason": member.reason}
    evidence.append("review.missed", member.review, actor, **facts)
    _free_seat(member.review)


@act
def urge(actor: Actor, review: Review) -> int:
    """Remind everybody whose part is open, but nobody twice within an hour; returns how many were told."""
    lock_review(review)
    require(policies.may_urge(actor, review))
    now = timezone.now()
    waiting = [row.member for row in progress_of(review).waited_for]
    if not waiting:
        raise RuleViolation(_("Nobody is waited for now."))
    late = [member for member in waiting if member.urged_at is None or member.urged_at < now - URGE_AGAIN]
    if not late:
        raise RuleViolation(_("Everybody who is waited for was urged within the last hour."))
    PanelMember.objects.filter(pk__in=[member.pk for member in late]).update(urged_at=now)
    evidence.append("review.urged", review, actor, members=[member.alias for member in late])
    for member in late:
        until = review.answer_until if member.state in OPEN else review.scoring_until
        _tell([member], "review.urged", until=shown(until))
    return len(late)


@act
def begin_scoring(actor: Actor, review: Review) -> None:
    """Let the panel score, once every seat is taken by an expert who has declared to be free of interest."""
    members = list(review.members.filter(state=MemberState.DECLARED).select_related("expert", "review"))
    if len(members) != review.panel_size:
        raise RuleViolation(_("Not every seat of the panel is taken yet."))
    until = end_of(setting_of(review.region).scoring_days, review.region)
    advance(REVIEW, review, "score", scoring_until=until, updated_at=timezone.now())
    signs = [member.alias for member in members]
    evidence.append("review.scoring_begun", review, actor, members=signs, until=until.isoformat())
    _tell(members, "review.scoring", until=shown(until))


def end_of(days: int, region: Region) -> datetime.datetime:
    """The last moment of the working day on which a term of that many working days ends."""
    day = add_working_days(timezone.localdate(), days, region)
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(23, 59, 59)))


def shown(moment: datetime.datetime | None) -> str:
    """A deadline in a notice."""
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}" if moment else "–"


def hold_member(member: PanelMember) -> None:
    """Lock the review, then read the member anew."""
    lock_review(member.review)
    locked = PanelMember.objects.select_for_update(of=("self",))
    member.refresh_from_db(fields=["state", "declaration", "reason"], from_queryset=locked)


def _free_seat(review: Review) -> None:
    """A seat has become free: nobody scores until it is taken again."""
    if is_open(REVIEW, review, "replace"):
        advance(REVIEW, review, "replace", updated_at=timezone.now())


def _facts(member: PanelMember) -> dict[str, Any]:
    return {"member": member.alias, "expert": member.expert_id, "declaration": digest_of(member.declaration or {})}


def _answered(actor: Actor, member: PanelMember, event: str, **facts: str) -> None:
    evidence.append(event, member.review, actor, member=member.alias, expert=member.expert_id, **facts)
    _tell_organiser(member)


def _tell_organiser(member: PanelMember) -> None:
    review = member.review
    answer = kinds.word(MemberState(member.state).label)
    url = reverse("review:panel", args=[review.pk])
    values = {"review": review.title, "person": member.expert.name, "answer": answer}
    notify([review.organiser_id], "review.answered", url, **values)


def _tell(members: list[PanelMember], kind: str, **params: str) -> None:
    """All of one panel; the notice leads each to their own desk."""
    pages = {
        member.expert.user_id: reverse("review:desk_review", args=[member.pk])
        for member in members
        if member.expert.user_id is not None
    }
    if pages:
        notify_each(pages, kind, review=members[0].review.title, **params)


def _reason(reason: str) -> str:
    text = _short(reason)
    if not text:
        raise RuleViolation(_("Give the reason."))
    return text


def _short(text: str) -> str:
    if len(text) > LONGEST:
        raise RuleViolation(_("A reason has at most %(most)s characters.") % {"most": LONGEST})
    return text.strip(" \n\r\t")
