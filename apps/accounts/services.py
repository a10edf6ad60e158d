"""Acts on people: appoint, end a post, passwords, sessions."""

from datetime import date
from typing import Any

from django.contrib.auth.hashers import check_password
from django.core.management import call_command
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from guardian.shortcuts import assign_perm, remove_perm

from apps.accounts import policies
from apps.accounts.models import OldPassword, Post, User
from apps.accounts.roles import codename
from apps.evidence import services as evidence
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.errors import RuleViolation, require

REMEMBERED_PASSWORDS = 5


@act
def appoint(
    actor: Actor, user: User, role: str, node: Any, valid_from: date | None = None, valid_to: date | None = None
) -> Post:
    """Give a user a role at a node and write the guardian rows that stand for it."""
    require(policies.may_appoint(actor, user.pk))
    post = Post(user=user, role=role, valid_from=valid_from or timezone.localdate(), valid_to=valid_to)
    setattr(post, node._meta.model_name, node)
    # Two appointments of one user at once would each miss the other: the user's row is the lock.
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    others = list(user.posts.filter(valid_to=None) | user.posts.filter(valid_to__gte=post.valid_from))
    require(policies.may_hold(post, others))
    post.save(force_insert=True)
    for grant in post.definition.grants:
        assign_perm(codename(grant), user, node)
    evidence.append("accounts.post_given", post, actor, user=user.username, role=role, node=str(node))
    return post


@act
def end_post(actor: Actor, post: Post, last_day: date) -> None:
    """End a post; guardian rows that no other post of the user needs are removed."""
    require(policies.may_appoint(actor, post.user_id))
    if last_day < post.valid_from:
        raise RuleViolation(_("A post cannot end before it began."))
    post.valid_to = last_day
    post.save(update_fields=["valid_to"])
    if last_day < timezone.localdate():
        withdraw_grants(post)
    evidence.append("accounts.post_ended", post, actor, user=post.user.username, last_day=str(last_day))


def withdraw_grants(post: Post) -> None:
    """Remove the guardian rows of an ended post, except those that another live post at the node needs."""
    node = post.node
    kept: set[str] = set()
    field = node._meta.model_name
    for other in post.user.posts.on().filter(**{field: node}).exclude(pk=post.pk):
        kept |= other.definition.grants
    for grant in post.definition.grants - kept:
        remove_perm(codename(grant), post.user, node)


@act
def change_password(actor: Actor, user: User, password: str) -> None:
    """Set a new password that the validators have accepted, and end all other sessions."""
    if user.password:
        OldPassword.objects.create(user=user, password=user.password)
        stale = OldPassword.objects.filter(user=user).values_list("pk", flat=True)[REMEMBERED_PASSWORDS:]
        OldPassword.objects.filter(pk__in=list(stale)).delete()
    user.set_password(password)
    user.must_change_password = False
    user.password_changed_at = timezone.now()
    user.save(update_fields=["password", "must_change_password", "password_changed_at"])
    bump_epoch(user)
    evidence.append("accounts.password_changed", user, actor)


@act
def sign_out_everywhere(actor: Actor, user: User) -> None:
    """End every session of the user."""
    bump_epoch(user)
    evidence.append("accounts.signed_out_everywhere", user, actor)


def bump_epoch(user: User) -> None:
    """Sessions carry the epoch they began in; a higher one on the user ends them."""
    User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)
    user.refresh_from_db(fields=["session_epoch"])


def was_used_before(user: User, password: str) -> bool:
    """Whether this is the present password or one of the last five."""
    hashes = [user.password, *user.old_passwords.values_list("password", flat=True)[:REMEMBERED_PASSWORDS]]
    return any(check_password(password, hashed) for hashed in hashes if hashed)


@act
def record_sign_in(actor: Actor, user: User) -> None:
    """A person has signed in."""
    evidence.append("accounts.signed_in", user, actor, username=user.username)


@act
def remember_language(actor: Actor, user: User, language: str) -> None:
    """Keep the language a person chose."""
    user.language = language
    user.save(update_fields=["language"])


def clear_sessions() -> None:
    """Delete sessions past their end."""
    call_command("clearsessions")
