"""Acts on people: appoint, end a post, passwords, sessions."""

from datetime import date, timedelta
from typing import Any

from axes.utils import reset as axes_reset
from django.contrib.auth.hashers import check_password
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from django.utils.translation import gettext as _
from guardian.models import UserObjectPermission
from guardian.shortcuts import assign_perm, remove_perm

from apps.accounts import policies, selectors
from apps.accounts.models import Clearance, OldPassword, Post, RetiredName, SignatureRule, User
from apps.accounts.names import normal_name
from apps.accounts.passwords import one_time_password
from apps.accounts.roles import codename
from apps.accounts.services.sessions import bump_epoch
from apps.audit.services import record
from apps.evidence import services as evidence
from apps.regions.models import Department, Region, Unit
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act, clockwork
from imbudget.kit.changes import differences
from imbudget.kit.errors import RuleViolation, require

REMEMBERED_PASSWORDS = 5
PRIVATE = ("password", "phone")  # that they changed is recorded, what they were is not
EXPIRED_DAYS = 400  # how far back ended posts are looked at each night: a stopped clock is no reason to miss one


@act
def appoint(
    actor: Actor, user: User, role: str, node: Any, valid_from: date | None = None, valid_to: date | None = None
) -> Post:
    """Give a user a role at a node and write the guardian rows that stand for it."""
    require(policies.may_appoint(actor, user.pk))
    require(policies.may_appoint_alone(actor, role))
    return give_post(actor, user, role, node, valid_from, valid_to)


def give_post(actor: Actor, user: User, role: str, node: Any, valid_from: date | None, valid_to: date | None) -> Post:
    """The post itself, once whoever gives it may: under the lock of its holder, with rights and evidence."""
    post = Post(user=user, role=role, valid_from=valid_from or timezone.localdate(), valid_to=valid_to)
    setattr(post, node._meta.model_name, node)
    # Two appointments of one user at once would each miss the other: the user's row is the lock.
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    others = list(user.posts.filter(valid_to=None) | user.posts.filter(valid_to__gte=post.valid_from))
    require(policies.may_hold(post, others))
    post.save(force_insert=True)
    give_rights(user, node, {codename(grant) for grant in post.definition.grants})
    evidence.append("accounts.post_given", post, actor, user=user.username, role=role, node=str(node))
    return post


def give_rights(user: User, node: Any, codenames: set[str]) -> None:
    """Guardian's rows for one node, written together; those that are there stay."""
    kind = ContentType.objects.get_for_model(node)
    permissions = list(Permission.objects.filter(content_type=kind, codename__in=codenames))
    if len(permissions) < len(codenames):
        missing = sorted(codenames - {permission.codename for permission in permissions})
        raise Permission.DoesNotExist(f"{kind}: {', '.join(missing)}")
    rows = [
        UserObjectPermission(user=user, permission=permission, content_type=kind, object_pk=str(node.pk))
        for permission in permissions
    ]
    UserObjectPermission.objects.bulk_create(rows, ignore_conflicts=True)


@act
def end_post(actor: Actor, post: Post, last_day: date) -> None:
    """End a post; guardian rows that no other post of the user needs are removed."""
    require(policies.may_appoint(actor, post.user_id))
    until = Post.objects.values_list("valid_to", flat=True).get(pk=post.pk)
    if until is not None and last_day > until:  # that gives the post for longer
        require(policies.may_appoint_alone(actor, post.role))
    if last_day < post.valid_from:
        raise RuleViolation(_("A post cannot end before it began."))
    if Post.objects.filter(pk=post.pk, valid_to__lt=timezone.localdate()).exists():
        raise RuleViolation(_("This post has ended already."))
    post.valid_to = last_day
    post.save(update_fields=["valid_to"])
    if last_day < timezone.localdate():
        withdraw_grants(post)
    evidence.append("accounts.post_ended", post, actor, user=post.user.username, last_day=str(last_day))


def withdraw_grants(post: Post) -> None:
    """Remove the guardian rows of an ended post, except those that another post at the node needs (now or later)."""
    node = post.node
    kept: set[str] = set()
    field = node._meta.model_name
    for other in post.user.posts.not_ended().filter(**{field: node}).exclude(pk=post.pk):
        kept |= other.definition.grants
    for grant in post.definition.grants - kept:
        remove_perm(codename(grant), post.user, node)


@clockwork
def stamp_anew() -> int:
    """Stamp what stands under an older key with the present one; returns how many rows.

    Raises RuleViolation, and stamps nothing, where a row was written past the product: it would become genuine.
    """
    count = 0
    for model in (User, Post, SignatureRule, Clearance):
        for row in model._base_manager.select_for_update(no_key=True).order_by("pk"):
            if not row.is_genuine:
                raise RuleViolation(_("%(row)s was changed past the system; see: verify_rights") % {"row": row})
            if not row.is_stamped_now:
                row.save(update_fields=list(row.PROVEN))
                count += 1
    return count


@clockwork
def withdraw_expired() -> int:
    """Remove the guardian rows of posts that ended by their date since the last run; returns how many posts."""
    today = timezone.localdate()
    ended = Post.objects.with_nodes().filter(valid_to__lt=today, valid_to__gte=today - timedelta(days=EXPIRED_DAYS))
    posts = list(ended.select_related("user"))
    for post in posts:
        withdraw_grants(post)
    return len(posts)


@act
def change_password(actor: Actor, user: User, password: str) -> None:
    """Set a new password that the validators have accepted, and end all other sessions."""
    _remember_password(user)
    user.set_password(password)
    user.must_change_password = False
    user.password_changed_at = timezone.now()
    user.save(update_fields=["password", "must_change_password", "password_changed_at"])
    bump_epoch(user)
    evidence.append("accounts.password_changed", user, actor)


@act
def align_rights(actor: Actor) -> tuple[int, int]:
    """Bring guardian's rows into line with posts, after a role has changed; returns (given, withdrawn)."""
    models: dict[str, Any] = {"region": Region, "department": Department, "unit": Unit}
    wanted, held = selectors.wanted_rights(), selectors.held_rights()
    users = User.objects.in_bulk({right[0] for right in wanted ^ held})
    for change, rights in ((assign_perm, wanted - held), (remove_perm, held - wanted)):
        for user_id, kind, node, permission in sorted(rights):
            if kind in models:
                change(permission, users[user_id], models[kind].objects.get(pk=node))
    given, withdrawn = len(wanted - held), len(held - wanted)
    if given or withdrawn:
        evidence.append("accounts.rights_aligned", None, actor, given=given, withdrawn=withdrawn)
    return given, withdrawn


def _remember_password(user: User) -> None:
    if user.password:
        OldPassword.objects.create(user=user, password=user.password)
        stale = OldPassword.objects.filter(user=user).values_list("pk", flat=True)[REMEMBERED_PASSWORDS:]
        OldPassword.objects.filter(pk__in=list(stale)).delete()


@act
def create_user(actor: Actor, user: User) -> str:
    """Keep a new user; returns the one-time password, which nothing else remembers."""
    require(policies.may_manage(actor, user))
    if RetiredName.objects.filter(name=normal_name(user.username)).exists():
        raise RuleViolation(_("This sign-in name was somebody's before: evidence speaks of them. Choose another one."))
    password = one_time_password(user)
    user.set_password(password)
    user.must_change_password = True
    user.save(force_insert=True)
    evidence.append("accounts.user_created", user, actor, username=user.username)
    return password


@act
def change_user(actor: Actor, user: User, fields: list[str]) -> None:
    """Keep what a form has changed of a user."""
    require(policies.may_manage(actor, user))
    if fields:
        changes = {name: pair for name, pair in differences(user, PRIVATE).items() if name in fields}
        user.save(update_fields=fields)
        evidence.append("accounts.user_changed", user, actor, username=user.username, fields=fields, changes=changes)


@act
def reset_password(actor: Actor, user: User) -> str:
    """Give the user a one-time password, end their sessions and unlock the sign-in; returns the password."""
    require(policies.may_take_over(actor, user))
    password = one_time_password(user)
    _remember_password(user)
    user.set_password(password)
    user.must_change_password = True
    user.save(update_fields=["password", "must_change_password"])
    bump_epoch(user)
    axes_reset(username=normal_name(user.username))
    evidence.append("accounts.password_reset", user, actor, username=user.username)
    return password


@act
def unlock(actor: Actor, user: User) -> None:
    """Forget the failed sign-ins of a user, so that they need not wait."""
    require(policies.may_manage(actor, user))
    failures = axes_reset(username=normal_name(user.username))
    evidence.append("accounts.unlocked", user, actor, username=user.username, failures=failures)


@act
def set_active(actor: Actor, user: User, active: bool) -> None:
    """Switch an account on or off; switched off, its sessions end at once and its posts grant nothing."""
    require(policies.may_take_over(actor, user))
    if user.is_active == active:
        return
    user.is_active = active
    user.save(update_fields=["is_active"])
    bump_epoch(user)
    event = "accounts.user_activated" if active else "accounts.user_deactivated"
    evidence.append(event, user, actor, username=user.username)


def was_used_before(user: User, password: str) -> bool:
    """Whether this is the present password or one of the last five."""
    hashes = [user.password, *user.old_passwords.values_list("password", flat=True)[:REMEMBERED_PASSWORDS]]
    return any(check_password(password, hashed) for hashed in hashes if hashed)


@act
def record_sign_in(actor: Actor, user: User) -> None:
    """A person has signed in."""
    evidence.append("accounts.signed_in", user, actor, username=user.username)


@act
def record_proof(actor: Actor, user: User) -> None:
    """A person has proved themselves again before a signature."""
    record("accounts.proved_again", actor, user)


@act
def record_switch(actor: Actor, post: Post) -> None:
    """A person goes on in another of their own posts; `actor` is who they were until now."""
    evidence.append("accounts.post_switched", post, actor, role=post.role)


@act
def record_failed_sign_in(actor: Actor, username: str, locked: bool) -> None:
    """A sign-in has failed. A name that nobody has is shortened: people type passwords into the wrong field."""
    user = selectors.find_by_name(username)
    shown = user.username if user else f"{username[:2]}…"
    evidence.append("accounts.sign_in_failed", user, actor, username=shown, locked=locked)


@act
def record_slowed(actor: Actor, wait: int) -> None:
    """An address has tried so many names that it has to wait so many seconds."""
    record("accounts.address_slowed", actor, succeeded=False, wait=wait)


@act
def remember_language(actor: Actor, user: User, language: str) -> None:
    """Keep the language a person chose."""
    user.language = language
    user.save(update_fields=["language"])
