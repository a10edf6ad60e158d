"""Whom a holder of a task may name: people whose posts have this document before them."""

from django.db.models import Q
from django.utils import timezone

from apps.accounts.models import Post
from apps.accounts.roles import ROLES
from apps.lowcode.models import Case
from apps.regions.models import Department

MOST = 400  # more than these no list of choices shows
ACTING = tuple(code for code, role in ROLES.items() if "lowcode.act" in role.grants)
Groups = list[tuple[str, list[tuple[int, str]]]]


def people_around(case: Case, without: int | None = None) -> Groups:
    """People who may act, by the place of their post: the unit, its departments, the regions above it."""
    # As a list of keys: with a subquery in it the condition looks through every post of the region.
    regions = case.region.get_ancestors(include_self=True).values_list("pk", flat=True)
    node = Q(region__in=list(regions))
    if case.unit_id:
        node |= Q(unit=case.unit_id) | Q(department__in=_departments(case))
    posts = (
        Post.objects.on(timezone.localdate())
        .select_related("user")
        .prefetch_related("region", "unit__region", "department__region")
        .filter(node, role__in=ACTING, user__is_active=True)
        .exclude(user=without)
        .order_by("unit_id", "department_id", "-region__level", "user__name", "pk")[:MOST]
    )
    groups: dict[str, dict[int, str]] = {}
    for post in posts:
        groups.setdefault(str(post.node), {}).setdefault(post.user_id, f"{post.user} · {post.get_role_display()}")
    return [(place, list(people.items())) for place, people in groups.items()]


def _departments(case: Case) -> list[int]:
    """The unit's department and those above it."""
    found: list[int] = []
    node = Department.objects.filter(units=case.unit_id).first() if case.unit_id else None
    while node is not None and node.pk not in found:
        found.append(node.pk)
        node = node.parent
    return found
