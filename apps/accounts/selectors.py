"""Rights that posts stand for, and rights that guardian's rows give; the two must be the same."""

from typing import Any

from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from guardian.models import GroupObjectPermission, UserObjectPermission

from apps.accounts.models import Post, User
from apps.accounts.roles import codename
from apps.regions.models import Department, Region, Unit

Right = tuple[int, str, str, str]  # user, kind of node, its key, permission


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


def forged_rows() -> list[str]:
    """Every row about who may do what that the product did not write so: table, key, what."""
    found = [
        f"{model._meta.db_table} {row.pk} ({row}): written past the services"
        for model in (User, Post)
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
