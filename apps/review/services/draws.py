"""The way of a draw: its seed is committed to, the commitment is sealed in evidence, then it is made; never chosen.

commit_draw    32 random bytes nobody sees, their SM3 in evidence together with criteria and candidates
make_draw      the head of the evidence batch that holds the commitment joins the seed: the panel follows from both
replace        free seats: on in the same sequence
request_redraw another panel: with a reason, and a second person (allow_redraw, refuse_redraw); also for projects whose
               panel was drawn in a review that was called off
void_draw      a second person gives up a draw that can no longer be made
"""

import secrets
from collections.abc import Mapping
from typing import Any, cast

from django.db.models import Max
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import Post
from apps.accounts.roles import ROLES
from apps.evidence import services as evidence
from apps.notices import kinds
from apps.notices.services import notify
from apps.review import drawing
from apps.review.drawing import BadCriteria, Criteria
from apps.review.models import (
    Draw,
    DrawKind,
    DrawState,
    ExpertField,
    Review,
    ReviewSetting,
    ReviewState,
)
from apps.review.models.panel import SEATED
from apps.review.policies import draws as policies
from apps.review.selectors import readiness
from apps.review.selectors.candidates import pool_of
from apps.review.selectors.commitments import batch_of
from apps.review.selectors.settings import setting_of
from apps.review.services import panel, seating
from apps.review.services.locks import lock_review
from apps.review.transitions import DRAW, MEMBER, REVIEW
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.errors import RuleViolation, require
from imbudget.kit.inserting import insert_beside
from imbudget.kit.text import strip
from imbudget.kit.transitions import advance, advance_many

LONGEST = 500
SUPERVISORS = [code for code, role in ROLES.items() if "review.supervise" in role.grants]


@act
def commit_draw(
    actor: Actor, review: Review, criteria: Mapping[str, Any], kind: str = DrawKind.FIRST, reason: str = ""
) -> Draw:
    """Fix seed, criteria and candidates of a draw before anybody can know what it gives.

    A replacement gets a seed of its own only when the sequence of the last draw has come to its end; then its criteria
    may be wider. Another panel is asked for by `request_redraw`.
    """
    lock_review(review)
    may = policies.may_replace if kind == DrawKind.REPLACEMENT else policies.may_commit
    require(may(actor, review))
    if kind == DrawKind.REDRAW:
        raise RuleViolation(_("Another panel is asked for, and a second person decides."))
    given = ""
    if kind == DrawKind.REPLACEMENT:
        given = _reason(reason, _("Say why a member is replaced."))
        _refuse_unneeded(review)
    draw = _new(actor, review, kind, _read(review, criteria).as_json(), given, DrawState.COMMITTED)
    for name, value in _commitment(draw).items():
        setattr(draw, name, value)
    insert_beside(draw)
    _record_commitment(actor, draw)
    return draw


@act
def make_draw(actor: Actor, draw: Draw) -> Draw:
    """Draw: the sequence comes from the seed and the head of the evidence batch that holds its commitment.

    Nobody chooses that head: it is the one batch in which the commitment was sealed. Who is drawn is looked at again;
    what has come up since the snapshot passes them over, and is recorded.
    """
    require(policies.may_make(actor, draw))
    review = draw.review
    lock_review(review)
    draw.refresh_from_db(fields=["state"])
    require(policies.may_make(actor, draw))
    batch = batch_of(draw)
    if batch is None and evidence.seal():
        batch = batch_of(draw)
    if batch is None:
        raise RuleViolation(
            _("The evidence has not sealed the commitment yet: another act is still running. Try again in a moment.")
        )
    if draw.kind == DrawKind.REDRAW:
        _dismiss(review, draw)
    head = bytes(batch.head).hex()
    key = drawing.combined_key(bytes.fromhex(draw.seed), head, draw.pool_digest, draw.criteria)
    setting = setting_of(review.region)
    result = seating.settle(review, draw, key, setting)
    advance(
        DRAW,
        draw,
        "draw",
        revealed=draw.seed,
        head_number=batch.number,
        head=head,
        result=result,
        result_digest=drawing.digest_of(result),
        drawn_at=timezone.now(),
    )
    _take_up(actor, review, draw, setting)
    return draw


@act
def replace(actor: Actor, review: Review, reason: str) -> Draw:
    """Fill the free seats by going on in the sequence of the draw that made the panel.

    Everybody who comes up is looked at again today. Refused when the sequence has nobody left for a free seat.
    """
    require(policies.may_replace(actor, review))
    lock_review(review)
    require(policies.may_replace(actor, review))
    given = _reason(reason, _("Say why a member is replaced."))
    _refuse(readiness.seats_missing(review))
    origin, setting = seating.origin_of(review), setting_of(review.region)
    draw = _going_on(actor, review, origin, given)
    result = seating.go_on(review, origin, setting)
    if result is None:
        raise RuleViolation(_("The sequence of the draw has come to its end. Draw a replacement with a new seed."))
    draw.result, draw.result_digest, draw.drawn_at = result, drawing.digest_of(result), timezone.now()
    draw.save(force_insert=True)
    _take_up(actor, review, draw, setting)
    return draw


@act
def request_redraw(actor: Actor, review: Review, criteria: Mapping[str, Any], reason: str) -> Draw:
    """Ask for another panel; nothing is drawn before a second person allows it."""
    require(policies.may_request_redraw(actor, review))
    lock_review(review)
    require(policies.may_request_redraw(actor, review))
    given = _reason(reason, _("Say why another panel shall be drawn."))
    _refuse(readiness.judged_already(review))
    draw = _new(actor, review, DrawKind.REDRAW, _read(review, criteria).as_json(), given, DrawState.REQUESTED)
    draw.save(force_insert=True)
    evidence.append(
        "review.draw_requested", draw, actor, review=review.title, number=draw.number, reason=given,
        criteria=draw.criteria,
    )  # fmt: skip
    url = reverse("review:draw", args=[draw.pk])
    people = [user for user in _supervisors(review) if user not in {actor.user_id, review.organiser_id}]
    notify(people, "review.redraw", url, review=review.title, reason=given)
    return draw


@act
def allow_redraw(actor: Actor, draw: Draw) -> Draw:
    """The second person agrees: seed, criteria and candidates are fixed now."""
    _lock_request(actor, draw)
    _refuse(readiness.judged_already(draw.review))
    advance(DRAW, draw, "allow", supervisor_id=actor.user_id, **_commitment(draw))
    _record_commitment(actor, draw)
    _tell_decision(draw)
    return draw


@act
def refuse_redraw(actor: Actor, draw: Draw, reason: str) -> Draw:
    """The second person does not agree: the panel stays."""
    _lock_request(actor, draw)
    given = _reason(reason, _("Say why the panel stays."))
    advance(DRAW, draw, "refuse", supervisor_id=actor.user_id)
    evidence.append("review.draw_refused", draw, actor, review=draw.review.title, number=draw.number, reason=given)
    _tell_decision(draw)
    return draw


@act
def void_draw(actor: Actor, draw: Draw, reason: str) -> Draw:
    """Give up a draw that can no longer be made, so that the review can go on; its seed is never revealed."""
    require(policies.may_void(actor, draw))
    lock_review(draw.review)
    draw.refresh_from_db(fields=["state"])
    require(policies.may_void(actor, draw))
    given = _reason(reason, _("Say why the draw is given up."))
    advance(DRAW, draw, "void", supervisor_id=actor.user_id)
    evidence.append("review.draw_refused", draw, actor, review=draw.review.title, number=draw.number, reason=given)
    _tell_decision(draw)
    return draw


def _tell_decision(draw: Draw) -> None:
    answer = kinds.word(DrawState(draw.state).label)
    people = {draw.operator_id, draw.review.organiser_id}
    notify(people, "review.redraw_decided", draw.get_absolute_url(), review=draw.review.title, answer=answer)


def _lock_request(actor: Actor, draw: Draw) -> None:
    require(policies.may_decide(actor, draw))
    lock_review(draw.review)
    draw.refresh_from_db(fields=["state"])
    require(policies.may_decide(actor, draw))


def _new(actor: Actor, review: Review, kind: str, criteria: dict[str, Any], reason: str, state: str) -> Draw:
    """The next draw of a review; refused while another is open. `operator` is never missing: the policies see to it."""
    _refuse(readiness.draw_under_way(review))
    last = review.draws.aggregate(last=Max("number"))["last"] or 0
    return Draw(
        review=review, number=last + 1, kind=kind, reason=reason, criteria=criteria,
        algorithm=drawing.ALGORITHM, operator_id=cast(int, actor.user_id), state=state,
    )  # fmt: skip


def _read(review: Review, given: Mapping[str, Any]) -> Criteria:
    try:
        criteria = Criteria.read(given)
    except BadCriteria as bad:
        texts = {
            "size": _("The number of experts is wrong."),
            "fields": _("The quotas of the fields are whole numbers from 1 on, no more together than there are seats."),
            "levels": _("Choose at least one level of the pool."),
        }
        raise RuleViolation(texts.get(bad.name, _("The criteria cannot be read."))) from bad
    if criteria.size != review.panel_size:
        raise RuleViolation(_("The panel of this review has %(size)s seats.") % {"size": review.panel_size})
    codes = {code for code, _quota in criteria.fields}
    if codes - set(ExpertField.objects.filter(code__in=codes, is_active=True).values_list("code", flat=True)):
        raise RuleViolation(_("There is no such field of expertise."))
    return criteria


def _commitment(draw: Draw) -> dict[str, str]:
    """A fresh seed, and the candidates of this moment; refused when they cannot fill the seats."""
    criteria = Criteria.read(draw.criteria)
    pool = pool_of(draw.review, criteria)
    seated, seen = seating.seats_of(draw.review)
    if not drawing.is_enough(pool, criteria, [] if draw.kind == DrawKind.REDRAW else seated, seen):
        lines = drawing.lines_of(pool)
        free = sum(line.endswith("\t") for line in lines)
        raise RuleViolation(
            _(
                "The pool does not have enough experts for these criteria: %(fit)s fit, %(free)s of them may judge these"
                " projects, one of each employer."
            )
            % {"fit": len(lines), "free": free}
        )
    seed = secrets.token_bytes(32)
    return {
        "seed": seed.hex(),
        "commitment": drawing.commitment_of(seed),
        "pool": pool,
        "pool_digest": drawing.digest_of_text(pool),
    }


def _record_commitment(actor: Actor, draw: Draw) -> None:
    evidence.append(
        "review.draw_committed", draw, actor, review=draw.review.title, number=draw.number, kind=draw.kind,
        reason=draw.reason, commitment=draw.commitment, criteria=draw.criteria,
        candidates=draw.pool.count("\n") + 1, pool_digest=draw.pool_digest, algorithm=draw.algorithm,
    )  # fmt: skip


def _going_on(actor: Actor, review: Review, origin: Draw, reason: str) -> Draw:
    """A replacement shares everything with its origin but the result; the candidates stand there alone."""
    draw = _new(actor, review, DrawKind.REPLACEMENT, origin.criteria, reason, DrawState.DRAWN)
    for name in ("algorithm", "commitment", "revealed", "head_number", "head", "pool_digest"):
        setattr(draw, name, getattr(origin, name))
    draw.origin = origin
    return draw


def _take_up(actor: Actor, review: Review, draw: Draw, setting: ReviewSetting) -> None:
    """Seat whom the draw gave, record it, and invite them."""
    if not draw.result["panel"]:
        raise RuleViolation(_("Nobody of the candidates may judge these projects any more."))
    members = seating.seat(review, draw)
    until = panel.end_of(setting.answer_days, review.region)
    advance(REVIEW, review, "replace" if review.state == ReviewState.SCORING else "form", answer_until=until)
    evidence.append(
        "review.drawn", draw, actor, review=review.title, number=draw.number, kind=draw.kind, reason=draw.reason,
        origin=draw.origin.number if draw.origin else None, commitment=draw.commitment, seed=draw.revealed,
        head_number=draw.head_number, head=draw.head, pool_digest=draw.pool_digest, algorithm=draw.algorithm,
        result_digest=draw.result_digest, panel=[[place, pk] for place, pk, _field in draw.result["panel"]],
    )  # fmt: skip
    panel.invite(actor, review, members)


def _dismiss(review: Review, draw: Draw) -> None:
    """The old panel goes; whoever has handed a sheet in has judged already."""
    _refuse(readiness.judged_already(review))
    old = list(review.members.filter(state__in=SEATED).values_list("pk", flat=True))
    advance_many(MEMBER, review.members.filter(pk__in=old), "dismiss", reason=draw.reason)
    people = review.members.filter(pk__in=old, expert__user__isnull=False).values_list("expert__user_id", flat=True)
    notify(list(people), "review.dismissed", review=review.title)


def _reason(reason: str, missing: str) -> str:
    text = strip(reason)
    if not text:
        raise RuleViolation(missing)
    if len(text) > LONGEST:
        raise RuleViolation(_("A reason has at most %(most)s characters.") % {"most": LONGEST})
    return text


def _refuse(missing: str) -> None:
    """The page of the review says the same sentence in place of the button."""
    if missing:
        raise RuleViolation(missing)


def _refuse_unneeded(review: Review) -> None:
    _refuse(readiness.seats_missing(review))
    if seating.go_on(review, seating.origin_of(review), setting_of(review.region)):
        raise RuleViolation(_("The sequence of the last draw has not come to its end: replace from it."))


def _supervisors(review: Review) -> list[int]:
    posts = Post.objects.on().filter(role__in=SUPERVISORS, region_id=review.region_id, user__is_active=True)
    return list(posts.order_by("user_id").values_list("user_id", flat=True).distinct())
