"""Who is told about a project's performance."""

from collections.abc import Iterable

from django.db.models import Q
from django.utils import timezone

from apps.accounts.models import Post
from apps.performance.models import ProjectYear

OF_UNIT = ("unit_head", "unit_clerk")
OF_OFFICE = ("banner_officer", "league_officer", "region_officer")
OF_DEPARTMENT = ("department_reviewer",)


def unit_people(unit_ids: Iterable[int], roles: Iterable[str] = OF_UNIT) -> list[int]:
    """Users who hold one of these posts at one of the units today. One query."""
    return _users(Q(role__in=list(roles), unit__in=list(unit_ids)))


def office_people(of: ProjectYear) -> list[int]:
    """Users of the finance office and of the competent department who examine the project. One query."""
    return _users(Q(role__in=OF_OFFICE, region=of.region_id) | Q(role__in=OF_DEPARTMENT, department=of.department_id))


def _users(where: Q) -> list[int]:
    posts = Post.objects.on(timezone.localdate()).filter(where, user__is_active=True)
    return sorted(set(posts.values_list("user_id", flat=True)))
