"""How an expert comes into the pool and out of it: handed in, admitted by a flow, suspended, removed.

An admitted expert has an account and a post `expert` at the region, and nothing else by it. The first password is
given by the system administrator, never by those who organise reviews: they could sign in as their own experts.
"""

from collections.abc import Mapping
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts import services as accounts
from apps.accounts.models import Post, User
from apps.evidence import services as evidence
from apps.lowcode.selectors.cases import open_case
from apps.lowcode.services.cases import give_up, lock_case, send_on
from apps.notices.services import notify
from apps.review.models import Expert
from apps.review.policies import experts as policies
from apps.review.selectors import pool
from apps.review.services.experts import lock_expert
from apps.review.transitions import EXPERT
from imbudget.kit.actor import Actor, system_actor
from imbudget.kit.acts import act
from imbudget.kit.errors import NotAllowed, RuleViolation, require
from imbudget.kit.transitions import advance, is_open

SUBJECT = "review.admission"
ROLE = "expert"
ACCOUNTS = system_actor("admission of experts")  # accounts and posts are given by the pool's rules, not by its keeper
Chosen = Mapping[str, list[int]]


@act
def submit_expert(actor: Actor, expert: Expert, *, chosen: Chosen | None = None) -> None:
    """Hand the admission of an expert in for approval, for the first time or again."""
    require(policies.may_submit_expert(actor, expert))
    lock_case(SUBJECT, expert.pk)
    lock_expert(expert)
    require(policies.may_submit_expert(actor, expert))
    advance(EXPERT, expert, "submit", state_reason="", updated_at=timezone.now())
    evidence.append("review.expert_submitted", expert, actor, level=expert.level, source=expert.source)
    send_on(actor, SUBJECT, expert, chosen=chosen)
    expert.refresh_from_db()


@act
def return_expert(actor: Actor, expert: Expert, reason: str = "") -> None:
    """Give the admission back to the pool's keeper; called by the flow."""
    lock_expert(expert)
    advance(EXPERT, expert, "return", state_reason=reason[:500], updated_at=timezone.now())
    evidence.append("review.expert_returned", expert, actor, reason=reason)


@act
def withdrawn_expert(actor: Actor, expert: Expert, reason: str = "") -> None:
    """The keeper takes the admission back, or hands it in no more; called by the flow."""
    lock_expert(expert)
    if is_open(EXPERT, expert, "return"):
        return_expert(actor, expert, reason)


@act
def refuse_expert(actor: Actor, expert: Expert, reason: str) -> None:
    """Do not admit; called by the flow."""
    lock_expert(expert)
    _refuse(actor, expert, reason)


@act
def decline_expert(actor: Actor, expert: Expert, *, reason: str) -> None:
    """Turn an application down that is not worth an approval."""
    require(policies.may_decline_expert(actor, expert))
    lock_case(SUBJECT, expert.pk)
    lock_expert(expert)
    require(policies.may_decline_expert(actor, expert))
    case = open_case(SUBJECT, expert.pk)
    if case is not None:  # it was returned, and is handed in no more
        give_up(actor, case)
    _refuse(actor, expert, _said(reason))


def _refuse(actor: Actor, expert: Expert, reason: str) -> None:
    advance(EXPERT, expert, "refuse", state_reason=reason[:500], updated_at=timezone.now())
    evidence.append("review.expert_refused", expert, actor, reason=reason)


@act
def admit_expert(actor: Actor, expert: Expert) -> None:
    """Take the expert into the pool, with an account; called by the flow."""
    lock_expert(expert)
    _admit(actor, expert, _account_of(expert))


@act
def admit_at_once(actor: Actor, expert: Expert) -> None:
    """Admit without a flow: for the operator who brings in a pool that was admitted elsewhere."""
    if actor.role != "system":
        raise NotAllowed(_("Experts are admitted through approval."))
    lock_expert(expert)
    advance(EXPERT, expert, "submit", updated_at=timezone.now())
    _admit(actor, expert, _account_of(expert))


@act  # in a transaction of its own name again: the account was made by another actor
def _admit(actor: Actor, expert: Expert, user: User) -> None:
    now = timezone.now()
    advance(EXPERT, expert, "admit", user=user, admitted_at=now, state_reason="", updated_at=now)
    evidence.append("review.expert_admitted", expert, actor, username=user.username, level=expert.level)
    people = [pk for pk in (expert.author_id, user.pk) if pk]
    notify(people, "review.admitted", person=expert.name)


def _account_of(expert: Expert) -> User:
    """The expert's account with the post of an expert; made when there is none."""
    user = expert.user
    if user is None:
        user = User(username=_username(expert), name=expert.name)
        accounts.create_user(ACCOUNTS, user)
    elif not user.is_active:
        accounts.set_active(ACCOUNTS, user, True)
    if not _posts(expert, user):
        accounts.appoint(ACCOUNTS, user, ROLE, expert.region)
    return user


def _username(expert: Expert) -> str:
    """zj (专家) and the number of the expert; people cannot choose it, so it tells nobody who is an expert."""
    wanted = f"zj{expert.pk:06d}"
    taken = User.objects.filter(username__iexact=wanted).exists()
    return f"{wanted}-{expert.region.code}" if taken else wanted


def _posts(expert: Expert, user: User) -> list[Post]:
    return list(Post.objects.not_ended().filter(user=user, role=ROLE, region=expert.region))


@act
def suspend_expert(actor: Actor, expert: Expert, *, reason: str) -> None:
    """Keep an expert from being drawn; seats taken already stay with them."""
    require(policies.may_suspend_expert(actor, expert))
    lock_expert(expert)
    require(policies.may_suspend_expert(actor, expert))
    advance(EXPERT, expert, "suspend", state_reason=_said(reason)[:500], updated_at=timezone.now())
    evidence.append("review.expert_suspended", expert, actor, reason=reason)


@act
def resume_expert(actor: Actor, expert: Expert, *, reason: str) -> None:
    """Let a suspended expert be drawn again."""
    require(policies.may_resume_expert(actor, expert))
    lock_expert(expert)
    require(policies.may_resume_expert(actor, expert))
    advance(EXPERT, expert, "resume", state_reason="", updated_at=timezone.now())
    evidence.append("review.expert_resumed", expert, actor, reason=_said(reason))


@act
def remove_expert(actor: Actor, expert: Expert, *, reason: str) -> None:
    """Take an expert out of the pool for good: the post ends, and the account with it unless it serves another post."""
    require(policies.may_remove_expert(actor, expert))
    lock_expert(expert)
    require(policies.may_remove_expert(actor, expert))
    if pool.open_seats(expert):
        raise RuleViolation(_("The expert sits on a panel at work: vacate the seat there first."))
    _leave(expert)
    _remove(actor, expert, _said(reason))


@act  # in a transaction of its own name again, as above
def _remove(actor: Actor, expert: Expert, reason: str) -> None:
    advance(EXPERT, expert, "remove", state_reason=reason[:500], updated_at=timezone.now())
    evidence.append("review.expert_removed", expert, actor, reason=reason)


def _leave(expert: Expert) -> None:
    user = expert.user
    if user is None:
        return
    yesterday = timezone.localdate() - timedelta(days=1)
    for post in _posts(expert, user):
        accounts.end_post(ACCOUNTS, post, max(post.valid_from, yesterday))
    if not user.posts.not_ended().exclude(role=ROLE, region=expert.region).exists():
        accounts.set_active(ACCOUNTS, user, False)


def _said(reason: str) -> str:
    if not reason:
        raise RuleViolation(_("Say why."))
    return reason
