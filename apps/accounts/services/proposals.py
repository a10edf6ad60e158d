"""What takes two persons: posts that pay money out, and the reset of a lost second factor."""

from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts import policies
from apps.accounts.models import FactorLoss, Post, PostProposal, User
from apps.accounts.services.factors import take_all
from apps.accounts.services.people import give_post
from apps.accounts.transitions import DECISION
from apps.evidence import services as evidence
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.errors import RuleViolation, require
from imbudget.kit.transitions import advance


@act
def propose_post(
    actor: Actor, user: User, role: str, node: Any, valid_from: date | None = None, valid_to: date | None = None
) -> PostProposal:
    """Propose a post that pays money out; it is given when somebody else confirms it."""
    require(policies.may_appoint(actor, user.pk))
    if not user.is_active:
        raise RuleViolation(_("This account is switched off."))
    dates = {"valid_from": valid_from or timezone.localdate(), "valid_to": valid_to}
    nodes = {node._meta.model_name: node}
    require(policies.may_hold(Post(user=user, role=role, **nodes, **dates), list(user.posts.not_ended())))
    proposal = PostProposal.objects.create(user=user, role=role, asked_by_id=_asker(actor), **nodes, **dates)
    evidence.append("accounts.post_proposed", proposal, actor, user=user.username, role=role, node=str(node))
    return proposal


def _asker(actor: Actor) -> int:
    """Who asks: a person, for a second one to decide. The machine's operator needs nobody and asks for nothing."""
    if actor.user_id is None:
        raise ValueError("what takes two persons is asked for by one")
    return actor.user_id


@act
def confirm_post(actor: Actor, proposal: PostProposal) -> Post:
    """Be the second person of a post: it is given now."""
    require(policies.may_confirm(actor, proposal))
    advance(DECISION, proposal, "confirm", decided_by_id=actor.user_id, decided_at=timezone.now())
    if not proposal.user.is_active:
        raise RuleViolation(_("This account is switched off."))
    begins = max(proposal.valid_from, timezone.localdate())  # no right begins before it was confirmed
    if proposal.valid_to is not None and proposal.valid_to < begins:
        raise RuleViolation(_("The time of this post is over: refuse it."))
    post = give_post(actor, proposal.user, proposal.role, proposal.node, begins, proposal.valid_to)
    PostProposal.objects.filter(pk=proposal.pk).update(post=post)
    _decided(actor, proposal)
    return post


@act
def refuse_post(actor: Actor, proposal: PostProposal) -> None:
    """Say no to a proposed post."""
    require(policies.may_confirm(actor, proposal))
    advance(DECISION, proposal, "refuse", decided_by_id=actor.user_id, decided_at=timezone.now())
    _decided(actor, proposal)


@act
def withdraw_post(actor: Actor, proposal: PostProposal) -> None:
    """Take one's own proposal back."""
    require(policies.may_withdraw(actor, proposal))
    advance(DECISION, proposal, "withdraw", decided_by_id=actor.user_id, decided_at=timezone.now())
    _decided(actor, proposal)


def _decided(actor: Actor, proposal: PostProposal) -> None:
    facts = {"user": proposal.user.username, "role": proposal.role, "state": str(proposal.state)}
    evidence.append("accounts.post_proposal_decided", proposal, actor, **facts, proposed_by=proposal.asked_by_id)


@act
def report_loss(actor: Actor, user: User, reason: str) -> FactorLoss:
    """A person's telephone or key is gone: say so, and how the person was recognised."""
    require(policies.may_report_loss(actor, user))
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if FactorLoss.objects.filter(user=user, state="waiting").exists():
        raise RuleViolation(_("This loss has been reported already and waits for the security administrator."))
    if not user.factors.in_force().exists():
        raise RuleViolation(_("This person has no second factor."))
    loss = FactorLoss.objects.create(user=user, reason=reason, asked_by_id=_asker(actor))
    evidence.append("accounts.factor_loss_reported", loss, actor, user=user.username, reason=reason)
    return loss


@act
def reset_lost(actor: Actor, loss: FactorLoss) -> None:
    """Take the person's second factors away; the next sign-in adds a new one where one is required."""
    require(policies.may_decide_loss(actor, loss))
    advance(DECISION, loss, "confirm", decided_by_id=actor.user_id, decided_at=timezone.now())
    ended = take_all(loss.user)
    evidence.append("accounts.factor_loss_decided", loss, actor, user=loss.user.username, reset=True, factors=ended)


@act
def refuse_loss(actor: Actor, loss: FactorLoss) -> None:
    """Leave the second factors as they are."""
    require(policies.may_decide_loss(actor, loss))
    advance(DECISION, loss, "refuse", decided_by_id=actor.user_id, decided_at=timezone.now())
    evidence.append("accounts.factor_loss_decided", loss, actor, user=loss.user.username, reset=False, factors=0)
