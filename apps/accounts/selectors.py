"""Rights that posts stand for, and rights that guardian's rows give; the two must be the same."""

from django.contrib.contenttypes.models import ContentType
from guardian.models import UserObjectPermission

from apps.accounts.models import Post
from apps.accounts.roles import ROLES, codename
from apps.regions.models import Department, Region, Unit

Right = tuple[int, str, str, str]  # user, kind of node, its key, permission


def wanted_rights() -> set[Right]:
    """What the posts that have not ended stand for."""
    rights = set()
    for post in Post.objects.not_ended():
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


def administrators() -> dict[int, str]:
    """Who is or was one of the three administrators: key → the role held last."""
    codes = [role.code for role in ROLES.values() if role.administrator]
    return dict(Post.objects.filter(role__in=codes).order_by("valid_from", "pk").values_list("user_id", "role"))
