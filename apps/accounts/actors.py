"""From a post to an actor: what the post lets its holder see and do."""

from django.contrib.contenttypes.models import ContentType
from django.db.models import F
from django.utils import timezone
from guardian.models import UserObjectPermission

from apps.accounts.models import Post, User
from apps.accounts.roles import codename
from apps.regions.models import Department, Region, Unit
from apps.regions.selectors import closed_at
from imbudget.kit.actor import NOBODY, Actor, Reach
from imbudget.kit.compiled import Compiled

# What every request asks: who it is, which posts they hold, and what guardian confirms at the node of the chosen one.
user_of = Compiled(lambda pk: User.objects.filter(pk=pk), pk="number")
posts_of = Compiled(
    lambda user, day: Post.objects.on(day).with_nodes().filter(user=user).order_by("pk"), user="number", day="day"
)
held_at = Compiled(
    lambda user, kind, node: UserObjectPermission.objects.filter(
        user=user, content_type=kind, object_pk=node, permission__content_type=F("content_type")
    ).values_list("permission__codename", flat=True),
    user="number",
    kind="number",
    node="text",
)


def actor_of(post: Post, address: str = "") -> Actor:
    """The actor of one post: its scope, and the role's grants that guardian confirms at its node.

    A post outside its dates grants nothing, whatever guardian rows remain, and neither does one that was written past the
    product (nor any post of such a user).
    """
    if not (post.is_held_on(timezone.localdate()) and post.user.is_active and post.is_genuine and post.user.is_genuine):
        return NOBODY
    kind = ContentType.objects.get_for_model(post.node)
    held = set(held_at.rows(user=post.user_id, kind=kind.pk, node=str(post.node.pk)))
    reach, unit_ids = _reach(post)
    region = _region(post)
    return Actor(
        user_id=post.user_id,
        name=post.user.name,
        post_id=post.pk,
        post_label=str(post),
        role=post.role,
        reach=reach,
        region_id=region.pk,
        region_code=region.code,
        region_level=region.level,
        league_id=region.league_id,
        unit_ids=unit_ids,
        department_id=post.department_id,
        closed=closed_at(region, _stamp(post)),
        grants=frozenset(grant for grant in post.definition.grants if codename(grant) in held),
        address=address,
    )


def _stamp(post: Post) -> str | None:
    """The state of the roll-out: it comes along where posts are read with their nodes, else it is asked for."""
    if not hasattr(post, "rollout"):
        post = Post.objects.with_nodes().get(pk=post.pk)
    stamp: str | None = vars(post)["rollout"]
    return stamp


def _region(post: Post) -> Region:
    node = post.node
    return node if isinstance(node, Region) else node.region


def _reach(post: Post) -> tuple[Reach, tuple[int, ...]]:
    if post.definition.administrator or post.definition.outsider:
        return Reach.NOTHING, ()
    if post.unit_id:
        return Reach.UNITS, (post.unit_id,)
    if post.department_id:
        units = Unit.objects.filter(department__in=[post.department_id, *_below(post.department_id)])
        return Reach.UNITS, tuple(units.order_by("pk").values_list("pk", flat=True))
    return (Reach.EVERYTHING, Reach.LEAGUE, Reach.REGION)[min(_region(post).level, 2)], ()


def _below(department_id: int) -> list[int]:
    """Divisions under a department; the tree is two or three deep."""
    found: list[int] = []
    level = [department_id]
    while level:
        level = list(Department.objects.filter(parent__in=level).values_list("pk", flat=True))
        found += level
    return found
