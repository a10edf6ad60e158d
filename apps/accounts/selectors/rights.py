"""Rights that posts stand for, and rights that guardian's rows give; the two must be the same."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.db.models.functions import Coalesce
from guardian.models import GroupObjectPermission, UserObjectPermission

from apps.accounts.models import Clearance, Post, SignatureRule, User
from apps.accounts.names import NormalName, normal_name
from apps.accounts.roles import ROLES, codename
from apps.evidence.models import Entry
from apps.regions.models import Department, Region, Unit

SHARED_ADDRESSES = 3  # a name that signs in from more of them in a day is probably several people's
Right = tuple[int, str, str, str]  # user, kind of node, its key, permission


def find_by_name(name: str) -> User | None:
    """The user of a sign-in name, in whatever case and width it was typed."""
    return User.objects.alias(normal=NormalName("username")).filter(normal=normal_name(name)).first()


def wanted_rights() -> set[Right]:
    """What the posts that have not ended stand for; one that was written past the product stands for nothing."""
    rights = set()
    for post in Post.objects.not_ended():
        if not post.is_genuine:
            continue
        kind = post.definition.node
        node = str(getattr(post, f"{kind}_id"))
        rights |= {(post.user_id, kind, node, codename(grant)) for grant in post.definition.grants}
    return rights


def held_rights() -> set[Right]:
    """What guardian's rows say."""
    kinds = ContentType.objects.get_for_models(Region, Department, Unit)
    names = {content_type.pk: model._meta.model_name for model, content_type in kinds.items()}
    rows = UserObjectPermission.objects.values_list("user_id", "content_type_id", "object_pk", "permission__codename")
    return {(user, str(names.get(kind, kind)), node, permission) for user, kind, node, permission in rows}


def unused_since(moment: datetime) -> QuerySet[User]:
    """Live accounts without a sign-in since then; one that never signed in counts from its making."""
    used = Coalesce("last_login", "date_joined")
    return User.objects.filter(is_active=True).alias(used=used).filter(used__lt=moment)


def without_post() -> QuerySet[User]:
    """Live accounts whose posts have all ended, or that never had one: who left or has moved elsewhere."""
    held = Post.objects.not_ended().filter(user=OuterRef("pk"))
    return User.objects.filter(~Exists(held), is_active=True)


def addresses_of_day(moment: datetime) -> dict[int, int]:
    """User → different addresses that signed in with the name within 24 hours before: where more than `SHARED_ADDRESSES`."""
    signed = Entry.objects.filter(
        event="accounts.signed_in", recorded_at__gt=moment - timedelta(days=1), recorded_at__lte=moment
    )
    rows = signed.values("actor_id").annotate(places=Count("address", distinct=True)).order_by()
    shared = rows.filter(places__gt=SHARED_ADDRESSES)
    return {int(pk): places for pk, places in shared.values_list("actor_id", "places") if pk.isdecimal()}


def administrators() -> dict[int, str]:
    """Who is or was one of the three administrators: key → the role held last."""
    codes = [role.code for role in ROLES.values() if role.administrator]
    return dict(Post.objects.filter(role__in=codes).order_by("valid_from", "pk").values_list("user_id", "role"))


def forged_rows() -> list[str]:
    """Every row about who may do what that the product did not write so: table, key, what."""
    found = [
        f"{model._meta.db_table} {row.pk} ({row}): written past the services"
        for model in (User, Post, SignatureRule, Clearance)
        for row in model._base_manager.order_by("pk").iterator(2000)
        if not row.is_genuine
    ]
    return found + _strange_rights() + _empty_tables()


def _strange_rights() -> list[str]:
    wanted, held = wanted_rights(), held_rights()
    table = UserObjectPermission._meta.db_table
    found = [f"{table}: {_words(right)} stands in no genuine post" for right in sorted(held - wanted)]
    return found + [f"{table}: {_words(right)} is missing, a post stands for it" for right in sorted(wanted - held)]


def _words(right: Right) -> str:
    user, kind, node, permission = right
    return f"right {permission} of user {user} on {kind} {node}"


def _empty_tables() -> list[str]:
    """Groups and rights of users alone give nothing here: whoever writes them hopes for something."""
    tables: tuple[Any, ...] = (
        GroupObjectPermission,
        Group,
        Group.permissions.through,
        User.groups.through,
        User.user_permissions.through,
    )
    return [
        f"{model._meta.db_table} {pk}: written past the services, groups hold no rights here"
        for model in tables
        for pk in model.objects.order_by("pk").values_list("pk", flat=True)
    ]
